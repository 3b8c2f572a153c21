//! Connections in use and their limits.

use serde::Deserialize;
use sqlx::FromRow;
use sqlx::postgres::PgRow;

use crate::Result;
use crate::db::{Db, Idempotency};
use crate::monitoring::thresholds::{self, CONNECTIONS_PERCENT};

/// SQL that is embedded in other statements.
pub(crate) const LIMITS: &str = include_str!("sql/limits.sql");

/// Connections in use, and their limit.
#[derive(Clone, Debug, PartialEq, Eq, FromRow, Deserialize)]
pub struct ConnectionLimit {
    /// What the limit applies to: `server`, `database`, or `role` and the role's name.
    pub scope: String,
    /// Number of open connections.
    pub used: i64,
    /// Maximum number of connections.
    pub at_most: i64,
}

impl ConnectionLimit {
    /// Whether the threshold is exceeded.
    #[must_use]
    pub fn is_exceeded(&self) -> bool {
        thresholds::exceeds(self.used, self.at_most, CONNECTIONS_PERCENT)
    }
}

/// The limit of the server, and those of the database and of the role if they have one. One statement. Its own
/// connection counts.
///
/// # Errors
/// Database errors only.
pub async fn connection_limits(db: &Db) -> Result<Vec<ConnectionLimit>> {
    db.fetch_all(Idempotency::Idempotent, || {
        sqlx::query(LIMITS).try_map(|row: PgRow| ConnectionLimit::from_row(&row))
    })
    .await
}
