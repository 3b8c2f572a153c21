//! How often PostgreSQL executes a statement when only pgbench asks.

use std::fs;
use std::process::{Command, Stdio};

use hallpass_core::db::APP_ROLE;
use tempfile::TempDir;

use super::{APP_PASSWORD, CONNECTIONS, Stack, Statement};
use crate::load::Failure;
use crate::load::traffic::Driven;

/// A prepared statement, sent over as many connections as a function has, by as many processes.
#[derive(Debug)]
pub(in crate::load) struct Pgbench {
    directory: TempDir,
    /// One set of values for each connection.
    parameters: Vec<Vec<Option<String>>>,
}

impl Pgbench {
    /// `parameters` has a set of values for each connection. The parameter `counted` (from 1) grows by one with every
    /// execution.
    pub(in crate::load) fn new(
        statement: &Statement,
        parameters: Vec<Vec<Option<String>>>,
        counted: Option<usize>,
    ) -> Result<Self, Failure> {
        assert_eq!(parameters.len(), CONNECTIONS);
        let statement = script(&statement.text, &statement.types, &parameters[0]);
        let count = counted.map(|number| format!("\\set p{number} :p{number} + 1\n"));
        let script = format!("{statement};\n{}", count.unwrap_or_default());
        let directory = tempfile::tempdir()?;
        fs::write(directory.path().join("statement.sql"), script)?;
        Ok(Self {
            directory,
            parameters,
        })
    }

    /// Lets all connections execute the statement at the same time.
    pub(in crate::load) fn run(&self, stack: &Stack, seconds: u64) -> Result<Driven, Failure> {
        let mut children = Vec::new();
        for parameters in &self.parameters {
            let mut command = Command::new(&stack.pgbench);
            command
                .args(["--no-vacuum", "--protocol=prepared", "--client=1"])
                .arg(format!("--time={seconds}"))
                .arg(format!("--port={}", stack.postgres.port()))
                .args(["--host=127.0.0.1", &format!("--username={APP_ROLE}")])
                .arg("--file=statement.sql")
                .current_dir(self.directory.path())
                .env("PGPASSWORD", APP_PASSWORD)
                .stdin(Stdio::null())
                .stdout(Stdio::piped())
                .stderr(Stdio::piped());
            for (number, value) in (1..).zip(parameters) {
                if let Some(value) = value {
                    command.arg(format!("--define=p{number}={value}"));
                }
            }
            children.push(command.arg("postgres").spawn()?);
        }
        let (mut steps, mut rate) = (0.0, 0.0);
        for child in children {
            let output = child.wait_with_output()?;
            let text = String::from_utf8_lossy(&output.stdout);
            let number = |label: &str| {
                let value = text.lines().find_map(|line| line.strip_prefix(label))?;
                value.split(' ').next()?.parse::<f64>().ok()
            };
            let failed = || format!("pgbench: {}", String::from_utf8_lossy(&output.stderr));
            if !output.status.success() {
                return Err(failed().into());
            }
            steps += number("number of transactions actually processed: ").ok_or_else(failed)?;
            rate += number("tps = ").ok_or_else(failed)?;
        }
        Ok(Driven {
            steps,
            seconds: steps / rate,
        })
    }
}

/// The statement with pgbench's variables for `$1`, `$2`, …. Null has no variable, and comments go: pgbench looks for
/// variables in them as well.
fn script(text: &str, types: &[String], parameters: &[Option<String>]) -> String {
    let lines = text
        .lines()
        .filter(|line| !line.trim_start().starts_with("--"));
    let mut script = without_names(&lines.collect::<Vec<_>>().join("\n"));
    // From the last one on, because $1 is the beginning of $10.
    for (index, (value, name)) in parameters.iter().zip(types).enumerate().rev() {
        let number = index + 1;
        let variable = match value {
            Some(_) => format!(":p{number}::{name}"),
            None => format!("null::{name}"),
        };
        script = script.replace(&format!("${number}"), &variable);
    }
    script
}

/// Takes colons before names in literals apart (`'users:read'`), which pgbench would take for variables.
fn without_names(text: &str) -> String {
    let mut before = ' ';
    let mut characters = text.chars().peekable();
    let mut result = String::new();
    while let Some(character) = characters.next() {
        let is_name = characters.peek().is_some_and(char::is_ascii_alphabetic);
        if character == ':' && before != ':' && is_name {
            result.push_str("' || ':' || '");
        } else {
            result.push(character);
        }
        before = character;
    }
    result
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parameters_become_variables() {
        let mut parameters = vec![Some("x".to_owned()); 11];
        parameters[1] = None;
        let types = vec!["text".to_owned(); 11];
        let text = "-- $1\nselect $1, $2,\n  -- $3\n  $11";
        assert_eq!(without_names("'a:b'::text"), "'a' || ':' || 'b'::text");
        assert_eq!(
            script(text, &types, &parameters),
            "select :p1::text, null::text,\n  :p11::text"
        );
    }
}
