//! Runs the real command `hallpass` with the variables of a database.

use std::path::{Path, PathBuf};

use hallpass_platform::Error;
use hallpass_platform::processes::{Outcome, Program, run};
use serde_json::Value;

/// The operator's command on one database.
#[derive(Clone, Debug)]
pub(super) struct Operator {
    pub(super) binaries: PathBuf,
    /// Directory of `pg_dump` and `pg_restore`.
    pub(super) programs: Option<PathBuf>,
    pub(super) environment: Vec<(String, String)>,
}

impl Operator {
    /// Runs the command, which must end with this exit code. Returns its JSON output.
    pub(super) async fn run_to(
        &self,
        code: i32,
        arguments: &[&str],
        input: Option<&str>,
    ) -> Result<Value, Error> {
        let outcome = self.start(arguments, input).await?;
        let shown = format!("hallpass {}", arguments.join(" "));
        if outcome.status.code() != Some(code) {
            return Err(Error::Message(format!(
                "{shown} ended with {} instead of {code}:\n{}{}",
                outcome.status, outcome.stdout, outcome.stderr
            )));
        }
        let answer = if code == 0 || !outcome.stdout.is_empty() {
            &outcome.stdout
        } else {
            &outcome.stderr
        };
        serde_json::from_str(answer)
            .map_err(|error| Error::Message(format!("{shown}: {error}:\n{answer}")))
    }

    /// Runs the command, which must succeed.
    pub(super) async fn run(&self, arguments: &[&str]) -> Result<Value, Error> {
        self.run_to(0, arguments, None).await
    }

    /// The same command with another variable.
    pub(super) fn with(&self, name: &str, value: &str) -> Self {
        let mut other = self.clone();
        other.environment.retain(|(known, _)| known != name);
        other.environment.push((name.to_owned(), value.to_owned()));
        other
    }

    async fn start(&self, arguments: &[&str], input: Option<&str>) -> Result<Outcome, Error> {
        let mut program =
            Program::new(self.binaries.join("hallpass")).args(arguments.iter().copied());
        program.arguments.push("--json".into());
        program.directory = Some(Path::new("/").to_owned());
        // Variables that select a deployment are removed, so that a drill cannot reach it.
        program.without = std::env::vars_os()
            .map(|(name, _)| name)
            .filter(|name| is_foreign(&name.to_string_lossy()))
            .collect();
        program.environment.clone_from(&self.environment);
        if let Some(programs) = &self.programs {
            let path = std::env::var_os("PATH").unwrap_or_default();
            let places = std::iter::once(programs.clone()).chain(std::env::split_paths(&path));
            let path = std::env::join_paths(places)
                .map_err(|error| Error::Message(format!("PATH: {error}")))?;
            let path = path.to_string_lossy().into_owned();
            program.environment.push(("PATH".to_owned(), path));
        }
        program.input = input.map(str::to_owned);
        run(program).await
    }
}

fn is_foreign(name: &str) -> bool {
    ["HALLPASS_", "DATABASE_", "POSTGRES_", "VERCEL", "PG"]
        .iter()
        .any(|prefix| name.starts_with(prefix))
}
