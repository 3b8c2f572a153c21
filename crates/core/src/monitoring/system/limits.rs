//! How many connections there are of those that there may be.

use serde::Deserialize;
use sqlx::FromRow;
use sqlx::postgres::PgRow;

use crate::Result;
use crate::db::{Db, Idempotency};
use crate::monitoring::thresholds::{self, CONNECTIONS_PERCENT};

/// The statement; others make it a part of theirs.
pub(crate) const LIMITS: &str = include_str!("sql/limits.sql");

/// How much of a limit is taken.
#[derive(Clone, Debug, PartialEq, Eq, FromRow, Deserialize)]
pub struct ConnectionLimit {
    /// `server`, `database`, or `role` and its name.
    pub scope: String,
    /// Connections that are open.
    pub used: i64,
    /// Connections that may be.
    pub at_most: i64,
}

impl ConnectionLimit {
    /// Whether the threshold is passed.
    #[must_use]
    pub fn is_exceeded(&self) -> bool {
        thresholds::exceeds(self.used, self.at_most, CONNECTIONS_PERCENT)
    }
}

/// The server's, and the database's and the role's own where they have one. One statement; our connection counts.
///
/// # Errors
/// Only the database's.
pub async fn connection_limits(db: &Db) -> Result<Vec<ConnectionLimit>> {
    db.fetch_all(Idempotency::Idempotent, || {
        sqlx::query(LIMITS).try_map(|row: PgRow| ConnectionLimit::from_row(&row))
    })
    .await
}
