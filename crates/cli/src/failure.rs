//! Errors of a command: an exit code and a JSON code for scripts, and a message with a hint for people.

use std::io::{self, Write as _};

use hallpass_core::Error;
use hallpass_core::config::ConfigErrors;
use hallpass_core::error::FieldError;
use hallpass_core::schema::MigrateError;
use serde_json::json;
use sqlx::error::DatabaseError;

use crate::output::{BAD, Output, PLAIN, escaped, escaped_json, wrapped};

/// Exit codes, as listed in `--help` and docs/reference/OPERATOR.md.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Exit {
    Done = 0,
    Failed = 1,
    // clap exits with 2 if the command line is invalid.
    Configuration = 3,
    DatabaseUnavailable = 4,
    NotFound = 5,
    Conflict = 6,
    Invalid = 7,
    Breach = 8,
    Unreachable = 9,
    // The exit code that shells use for SIGINT (128 + 2).
    Interrupted = 130,
}

impl Exit {
    /// The exit code of another program of this project (`xtask`).
    pub(crate) fn from_code(code: Option<i32>) -> Option<Self> {
        let all = [
            Self::Done,
            Self::Failed,
            Self::Configuration,
            Self::DatabaseUnavailable,
            Self::NotFound,
            Self::Conflict,
            Self::Invalid,
            Self::Breach,
            Self::Unreachable,
            Self::Interrupted,
        ];
        all.into_iter().find(|exit| Some(*exit as i32) == code)
    }
}

/// Why a command stopped.
#[derive(Debug)]
pub(crate) struct Failure {
    pub(crate) exit: Exit,
    pub(crate) code: &'static str,
    pub(crate) detail: String,
    /// Text of the underlying error.
    pub(crate) cause: Option<String>,
    pub(crate) next_step: Option<String>,
    pub(crate) errors: Vec<(String, &'static str, String)>,
}

impl Failure {
    pub(crate) fn new(exit: Exit, code: &'static str, detail: impl Into<String>) -> Self {
        Self {
            exit,
            code,
            detail: detail.into(),
            cause: None,
            next_step: None,
            errors: Vec::new(),
        }
    }

    pub(crate) fn because(mut self, cause: impl std::fmt::Display) -> Self {
        self.cause = Some(cause.to_string());
        self
    }

    pub(crate) fn next(mut self, step: impl Into<String>) -> Self {
        self.next_step = Some(step.into());
        self
    }

    pub(crate) fn configuration(detail: impl Into<String>) -> Self {
        Self::new(Exit::Configuration, "configuration", detail)
    }

    /// Detail and cause in one line.
    pub(crate) fn message(&self) -> String {
        match &self.cause {
            Some(cause) => format!("{}: {cause}", self.detail),
            None => self.detail.clone(),
        }
    }

    /// Prints the error to standard error.
    pub(crate) fn show(&self, output: Output) {
        // If standard error is closed, there is nowhere to report it.
        let _ = self.write(output);
    }

    fn write(&self, output: Output) -> io::Result<()> {
        if self.exit == Exit::Done {
            return Ok(());
        }
        let mut stderr = anstream::stderr();
        if output.json {
            return writeln!(stderr, "{}", escaped_json(&self.json().to_string()));
        }
        let colon = if self.errors.is_empty() { "" } else { ":" };
        let detail = escaped(&wrapped(&self.detail, 7));
        writeln!(stderr, "{BAD}error:{BAD:#} {detail}{colon}")?;
        for (field, _, message) in &self.errors {
            let line = escaped(&wrapped(&format!("{field} {message}"), 7));
            writeln!(stderr, "       {line}")?;
        }
        let parts = [("cause", &self.cause), ("hint", &self.next_step)];
        for (label, text) in parts {
            if let Some(text) = text {
                let text = escaped(&wrapped(text, 7));
                let gap = " ".repeat(6 - label.len());
                writeln!(stderr, "{PLAIN}{label}:{PLAIN:#}{gap}{text}")?;
            }
        }
        Ok(())
    }

    fn json(&self) -> serde_json::Value {
        let errors = self.errors.iter().map(
            |(field, code, message)| json!({"field": field, "code": code, "message": message}),
        );
        let mut object = json!({
            "code": self.code,
            "detail": self.message(),
            "exitCode": self.exit as u8,
        });
        if let Some(step) = &self.next_step {
            object["nextStep"] = json!(step);
        }
        if !self.errors.is_empty() {
            object["errors"] = errors.collect();
        }
        object
    }
}

fn fields(errors: Vec<FieldError>) -> Vec<(String, &'static str, String)> {
    let parts = |error: FieldError| (error.field, error.code, error.message);
    errors.into_iter().map(parts).collect()
}

impl From<ConfigErrors> for Failure {
    fn from(ConfigErrors(errors): ConfigErrors) -> Self {
        let mut failure = Self::configuration("invalid configuration");
        failure.errors = errors
            .into_iter()
            .map(|error| (error.variable.to_owned(), "variable", error.problem))
            .collect();
        failure.next("set the variables in the environment, or pass a file with `--env-file FILE`")
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        let text = error.to_string();
        match error {
            Error::NotFound => Self::new(Exit::NotFound, "not_found", "user not found")
                .next("search with `hallpass users list --q TEXT`"),
            Error::EmailTaken => Self::new(Exit::Conflict, "email_taken", text)
                .next("show the existing account with `hallpass users show EMAIL`"),
            Error::LastAdministrator => Self::new(Exit::Conflict, "last_admin", text)
                .next("make another user an administrator first: `hallpass users set-roles ID|EMAIL --role admin`"),
            Error::Stale => Self::new(Exit::Conflict, "stale", text).next("run the command again"),
            Error::Invalid(errors) => {
                let mut failure = Self::new(Exit::Invalid, "invalid", "invalid input");
                failure.errors = fields(errors);
                if failure
                    .errors
                    .iter()
                    .any(|(_, code, _)| *code == "unknown_role")
                {
                    return failure.next("valid roles are admin, manager, viewer and user");
                }
                failure
            }
            Error::InvalidCursor | Error::UseCursor => {
                Self::new(Exit::Invalid, "invalid_cursor", text)
                    .next("start again without `--cursor`, and use the same filters for every page")
            }
            Error::Unavailable(error) => database(&error),
            Error::SharedDatabase(environment) => {
                let next = format!(
                    "if you mean that deployment, set VERCEL_ENV={environment}; to share the database, set \
                     HALLPASS_ALLOW_SHARED_DATABASE=1"
                );
                Self::new(Exit::Configuration, "shared_database", text).next(next)
            }
            other if is_denied(&other) => denied(&text),
            other => Self::new(Exit::Failed, "failed", other.to_string()),
        }
    }
}

impl From<MigrateError> for Failure {
    fn from(error: MigrateError) -> Self {
        let text = error.to_string();
        let advice = error.advice();
        let failure = match error {
            MigrateError::Database(error) => database(&error),
            MigrateError::Pooled(_) => Self::new(Exit::Configuration, "pooled", text),
            MigrateError::OldServer(_) => Self::new(Exit::Configuration, "old_server", text),
            MigrateError::Encoding(_) => Self::new(Exit::Configuration, "encoding", text),
            MigrateError::Busy => Self::new(Exit::Failed, "migration_under_way", text),
            MigrateError::Failed { .. } if is_denied(&error) => denied(&text),
            MigrateError::Failed { .. } => Self::new(Exit::Failed, "migration_failed", text),
        };
        match advice {
            Some(advice) if failure.next_step.is_none() => failure.next(advice),
            _ => failure,
        }
    }
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        // In `hallpass users list | head`, the reader closes the pipe. That is not an error.
        let exit = if error.kind() == io::ErrorKind::BrokenPipe {
            Exit::Done
        } else {
            Exit::Failed
        };
        Self::new(exit, "failed", error.to_string())
    }
}

/// SQLSTATE `insufficient_privilege`.
const DENIED: &str = "42501";

/// Whether an error or any of its sources is a missing privilege.
pub(crate) fn is_denied(error: &(dyn std::error::Error + 'static)) -> bool {
    std::iter::successors(Some(error), |error| error.source())
        .filter_map(|error| error.downcast_ref::<sqlx::Error>())
        .filter_map(sqlx::Error::as_database_error)
        .any(|error| error.code().as_deref() == Some(DENIED))
}

fn denied(text: &str) -> Failure {
    Failure::new(
        Exit::Failed,
        "not_permitted",
        "the database role lacks a privilege",
    )
    .because(text)
    .next(
        "run `hallpass doctor` to see which privileges are missing; migrations need the owner's \
         connection in DATABASE_URL_UNPOOLED",
    )
}

/// The error of a command: the database is unavailable, a privilege is missing, or the schema is not migrated.
pub(crate) fn database(error: &sqlx::Error) -> Failure {
    let code = error.as_database_error().and_then(DatabaseError::code);
    match code.as_deref().unwrap_or_default() {
        "42P01" | "42703" | "42883" | "3F000" => Failure::new(
            Exit::DatabaseUnavailable,
            "not_migrated",
            "the database schema is missing or older than this release",
        )
        .next("run `hallpass migrate`"),
        DENIED => denied(&error.to_string()),
        _ => {
            let cause = match error {
                sqlx::Error::PoolTimedOut => "timed out while connecting".to_owned(),
                other => other.to_string(),
            };
            let detail = "the database is not available";
            Failure::new(Exit::DatabaseUnavailable, "database_unavailable", detail)
                .because(cause)
                .next("run `hallpass doctor` for details")
        }
    }
}
