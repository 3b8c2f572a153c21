//! Classifies database errors and decides whether a statement is retried.

use std::time::Duration;

use sqlx::error::DatabaseError;
use sqlx::postgres::{PgDatabaseError, PgSeverity};

use super::SharedDatabase;
use crate::Error;

/// Whether a statement may be retried when it may have been committed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Idempotency {
    /// The statement changes nothing, or a second run finds nothing left to change. Retried after a lost connection.
    Idempotent,
    /// A second run would repeat the change. Not retried if the first run may have been committed.
    NotIdempotent,
}

/// How often a statement is retried that the server rolled back.
const UNDONE_RETRIES: u32 = 3;

/// Why an attempt failed.
#[derive(Debug)]
pub(super) struct Failure {
    pub(super) error: sqlx::Error,
    /// Whether the statement may have reached the server.
    was_sent: bool,
}

impl Failure {
    pub(super) const fn before_sending(error: sqlx::Error) -> Self {
        Self {
            error,
            was_sent: false,
        }
    }

    pub(super) const fn after_sending(error: sqlx::Error) -> Self {
        Self {
            error,
            was_sent: true,
        }
    }

    /// Whether the connection broke. An error with which the server refuses a connection is none that breaks one.
    pub(super) fn lost_the_connection(&self) -> bool {
        is_lost(&self.error) || (self.was_sent && ends_the_connection(&self.error))
    }
}

/// Retries so far.
pub(super) struct Attempts {
    idempotency: Idempotency,
    undone: u32,
    lost: bool,
    read_only: bool,
}

impl Attempts {
    pub(super) const fn new(idempotency: Idempotency) -> Self {
        Self {
            idempotency,
            undone: 0,
            lost: false,
            read_only: false,
        }
    }

    /// Whether to retry after this failure. Waits for the delay before it returns true.
    ///
    /// 55P03 is not retried: the statement has waited for `lock_timeout` already, and has occupied a connection.
    pub(super) async fn should_retry(&mut self, failure: &Failure) -> bool {
        let may_repeat = self.idempotency == Idempotency::Idempotent || !failure.was_sent;
        match sqlstate(&failure.error).as_deref() {
            // Serialization failure, deadlock: the whole statement was rolled back.
            Some("40001" | "40P01") if self.undone < UNDONE_RETRIES => {
                self.undone += 1;
                tokio::time::sleep(jittered(self.undone)).await;
                true
            }
            // The server has become read-only (failover): a new connection may reach the new primary.
            Some("25006") if !self.read_only => {
                self.read_only = true;
                true
            }
            _ if failure.lost_the_connection() && may_repeat && !self.lost => {
                self.lost = true;
                true
            }
            _ => false,
        }
    }
}

/// 5–10 ms, 10–20 ms, 20–40 ms. The random part keeps two colliding statements from colliding again.
fn jittered(attempt: u32) -> Duration {
    let most = 5_000_u64 << attempt;
    let random = u64::from(uuid::Uuid::new_v4().as_fields().0);
    Duration::from_micros(most / 2 + random % (most / 2))
}

/// The SQLSTATE of a database error; `None` if the error did not come from the database.
pub(crate) fn sqlstate(error: &sqlx::Error) -> Option<String> {
    error
        .as_database_error()
        .and_then(DatabaseError::code)
        .map(std::borrow::Cow::into_owned)
}

/// Whether the connection broke, so that it is unknown whether a statement on it was committed.
fn is_lost(error: &sqlx::Error) -> bool {
    match error {
        sqlx::Error::Io(_) | sqlx::Error::Protocol(_) => true,
        // Terminated by an administrator, crash of another backend, idle timeouts.
        _ => sqlstate(error)
            .is_some_and(|code| matches!(code.as_str(), "57P01" | "57P02" | "57P05" | "25P03")),
    }
}

/// Whether the server or the pooler has closed the connection with this error, whatever its code: the severity is FATAL
/// or PANIC.
fn ends_the_connection(error: &sqlx::Error) -> bool {
    error
        .as_database_error()
        .and_then(|error| error.try_downcast_ref::<PgDatabaseError>())
        .is_some_and(|error| matches!(error.severity(), PgSeverity::Fatal | PgSeverity::Panic))
}

/// Whether the connection must not be used again.
pub(super) fn spoils_connection(error: &sqlx::Error) -> bool {
    is_lost(error)
        || ends_the_connection(error)
        || lost_its_statement(error)
        || sqlstate(error).as_deref() == Some("25006")
}

/// Whether a named statement does not exist (26000), or another client's statement has its name (42P05).
pub(super) fn lost_its_statement(error: &sqlx::Error) -> bool {
    matches!(sqlstate(error).as_deref(), Some("26000" | "42P05"))
}

/// Translates the error that is left after all retries.
pub(super) fn outcome(error: sqlx::Error) -> Error {
    let Some(database) = error.as_database_error() else {
        return match error {
            sqlx::Error::Io(_)
            | sqlx::Error::Tls(_)
            | sqlx::Error::Protocol(_)
            | sqlx::Error::PoolTimedOut
            | sqlx::Error::PoolClosed
            | sqlx::Error::WorkerCrashed => Error::Unavailable(error),
            sqlx::Error::Configuration(source) => match source.downcast::<SharedDatabase>() {
                Ok(shared) => Error::SharedDatabase(shared.0),
                Err(source) => Error::Internal(source),
            },
            _ => Error::internal(error),
        };
    };
    match (
        database.code().as_deref().unwrap_or_default(),
        database.constraint(),
    ) {
        // Raised by the functions in migrations/.
        ("HP401", _) => Error::Unauthenticated,
        ("HP403", _) => Error::Forbidden,
        ("HP409", Some("users_last_administrator")) => Error::LastAdministrator,
        ("23505", Some("users_email_normalized_key")) => Error::EmailTaken,
        // 25006: read-only; 25P02, 25P03: the transaction was aborted or timed out; 26000, 42P05: the prepared
        // statement is lost; 3D000, 3F000, 42501, class 28: not set up yet; 42P01, 42703, 42883: the schema is older
        // than this release; 55000: the database accepts no connections; 55P03: lock timeout; 57014 (in class 57):
        // statement timeout; classes 08, 40, 53, 57, 58, XX: problems of the server or of the connection.
        (code, _)
            if matches!(
                code,
                "25006"
                    | "25P02"
                    | "25P03"
                    | "55000"
                    | "55P03"
                    | "3D000"
                    | "3F000"
                    | "42501"
                    | "42P01"
                    | "42703"
                    | "42883"
                    | "42P05"
                    | "26000"
            ) || ["08", "28", "40", "53", "57", "58", "XX"]
                .iter()
                .any(|class| code.starts_with(class)) =>
        {
            Error::Unavailable(error)
        }
        _ => Error::internal(error),
    }
}
