//! The statement that a function sends for a request, with its parameters, as the server logs it.

use std::fs;
use std::thread::sleep;
use std::time::{Duration, Instant};

use hallpass_platform::Postgres;
use serde::Deserialize;

use super::root;
use crate::load::Failure;

/// Maximum time until the server has written its log.
const PATIENCE: Duration = Duration::from_secs(10);

/// A statement, the types of `$1`, `$2`, … and their values; `None` for null.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::load) struct Statement {
    pub(in crate::load) text: String,
    pub(in crate::load) types: Vec<String>,
    pub(in crate::load) parameters: Vec<Option<String>>,
}

/// A line of the server's log.
#[derive(Debug, Deserialize)]
struct Line {
    #[serde(default)]
    message: String,
    #[serde(default)]
    detail: String,
}

impl Statement {
    /// Logs all statements during `act`, and returns the last one that contains `marker`.
    pub(in crate::load) async fn of(
        postgres: &Postgres,
        marker: &str,
        act: impl FnOnce() -> Result<(), Failure>,
    ) -> Result<Self, Failure> {
        let set = |setting: &str| {
            let setting = setting.to_owned();
            async move {
                postgres.execute("postgres", setting).await?;
                postgres
                    .execute("postgres", "select pg_reload_conf()")
                    .await?;
                // The processes of the server read the setting when they are idle.
                sleep(Duration::from_millis(500));
                Ok::<(), Failure>(())
            }
        };
        set("alter system set log_min_duration_statement = 0").await?;
        act()?;
        let found = Self::wait_for(postgres, marker);
        set("alter system reset log_min_duration_statement").await?;
        found
    }

    fn wait_for(postgres: &Postgres, marker: &str) -> Result<Self, Failure> {
        let log = postgres.data_path().join("log/postgresql.json");
        let started = Instant::now();
        while started.elapsed() < PATIENCE {
            let text = fs::read_to_string(&log).unwrap_or_default();
            let found = text.lines().rev().find_map(|line| {
                let line: Line = serde_json::from_str(line).ok()?;
                let (_, statement) = line.message.split_once(" execute ")?;
                let (_, text) = statement.split_once(": ")?;
                text.contains(marker)
                    .then(|| (text.to_owned(), parameters(&line.detail)))
            });
            if let Some((text, parameters)) = found {
                return Ok(Self {
                    types: types(&text)?,
                    text,
                    parameters,
                });
            }
            sleep(Duration::from_millis(50));
        }
        Err(format!("the server logged no statement with {marker}").into())
    }
}

/// What the product's build knows about a statement.
#[derive(Debug, Deserialize)]
struct Known {
    query: String,
    describe: Described,
}

#[derive(Debug, Deserialize)]
struct Described {
    parameters: Parameters,
}

#[derive(Debug, Deserialize)]
struct Parameters {
    #[serde(rename = "Left")]
    types: Vec<String>,
}

/// The types of a statement's parameters. The function sends them with the statement; pgbench does not.
fn types(text: &str) -> Result<Vec<String>, Failure> {
    for file in fs::read_dir(root().join("crates/core/.sqlx"))? {
        let known: Known = serde_json::from_slice(&fs::read(file?.path())?)?;
        if known.query.trim() == text.trim() {
            let names = known.describe.parameters.types;
            return Ok(names.iter().map(|name| type_of(name)).collect());
        }
    }
    Err("the statement is not one of crates/core/.sqlx".into())
}

/// The name of a type in SQL: `TextArray` is `text[]`.
fn type_of(name: &str) -> String {
    let element = name.strip_suffix("Array");
    let suffix = if element.is_some() { "[]" } else { "" };
    format!("{}{suffix}", element.unwrap_or(name).to_lowercase())
}

/// Reads `Parameters: $1 = 'it''s', $2 = NULL`.
fn parameters(detail: &str) -> Vec<Option<String>> {
    let mut values = Vec::new();
    let mut rest = detail;
    while let Some((_, after)) = rest.split_once(" = ") {
        let Some(mut quoted) = after.strip_prefix('\'') else {
            values.push(None);
            rest = after;
            continue;
        };
        let mut value = String::new();
        while let Some((part, after)) = quoted.split_once('\'') {
            value.push_str(part);
            quoted = after;
            let Some(after) = quoted.strip_prefix('\'') else {
                break;
            };
            value.push('\'');
            quoted = after;
        }
        values.push(Some(value));
        rest = quoted;
    }
    values
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn types_have_their_names_in_sql() {
        assert_eq!(type_of("Timestamptz"), "timestamptz");
        assert_eq!(type_of("UuidArray"), "uuid[]");
    }

    #[test]
    fn parameters_are_read_with_their_quotes() {
        let detail = "Parameters: $1 = 'it''s', $2 = NULL, $3 = '', $4 = '{\"a\": \" = ''x''\"}'";
        let expected = [
            Some("it's".to_owned()),
            None,
            Some(String::new()),
            Some("{\"a\": \" = 'x'\"}".to_owned()),
        ];
        assert_eq!(parameters(detail), expected);
    }
}
