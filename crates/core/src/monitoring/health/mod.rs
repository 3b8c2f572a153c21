//! Health check of the database: whether requests can be served.

mod write;

use sqlx::query_file;

use crate::db::{Idempotency, sqlstate};
use crate::{AppContext, Error, schema};

pub use write::try_write;

/// State of the database.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Database {
    /// It has the schema of this release or a newer one, and accepts writes.
    Ready {
        /// Version of the newest migration that is applied.
        schema: i64,
    },
    /// It accepts writes, but migrations are missing; `hallpass migrate` applies them.
    Behind {
        /// Version of the newest migration that is applied.
        schema: i64,
    },
    /// It answers, but nobody can sign in: it is read-only, or lacks our schema or our role's privileges.
    Unusable {
        /// Version of the newest migration that is applied, if it can be read.
        schema: Option<i64>,
        /// What is wrong.
        reason: String,
    },
    /// It does not answer.
    Away {
        /// The error.
        reason: String,
    },
}

/// Checks the database and writes nothing. One statement.
pub async fn check(app: &AppContext) -> Database {
    let found = app.db.fetch_one(Idempotency::Idempotent, || {
        query_file!("src/monitoring/health/sql/check.sql")
    });
    match found.await {
        Ok(row) => match schema::version(&row.applied) {
            None => Database::unusable(None, "it has no schema of Hallpass"),
            version @ Some(_) if row.is_standby => Database::unusable(
                version,
                "it is a standby, which is read-only until it is promoted",
            ),
            version @ Some(_) if row.is_read_only => {
                Database::unusable(version, "its transactions are read-only")
            }
            version @ Some(_) if !row.has_privileges => {
                Database::unusable(version, "the role of the functions lacks privileges")
            }
            Some(schema) if schema < schema::expected() => Database::Behind { schema },
            Some(schema) => Database::Ready { schema },
        },
        Err(Error::Unavailable(error)) if is_refusal(&error) => {
            Database::unusable(None, &error.to_string())
        }
        Err(error) => Database::Away {
            reason: error.to_string(),
        },
    }
}

impl Database {
    fn unusable(schema: Option<i64>, reason: &str) -> Self {
        Self::Unusable {
            schema,
            reason: reason.to_owned(),
        }
    }
}

/// Whether the server was reached, and a retry will not help: a table or a schema is missing (42P01, 3F000), or the
/// privilege to read it (42501).
fn is_refusal(error: &sqlx::Error) -> bool {
    sqlstate(error).is_some_and(|code| ["42P01", "3F000", "42501"].contains(&code.as_str()))
}
