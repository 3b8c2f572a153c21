//! State of the whole system for the operator, as far as the database knows it.

mod limits;

use serde::Serialize;
use sqlx::query_file;
use utoipa::ToSchema;

use crate::authorization::{Actor, authorized};
use crate::db::{Idempotency, Pooler};
use crate::monitoring::alerts::AlertFailure;
use crate::tokens::access::Claims;
use crate::{AppContext, Error, Result, schema};

pub(crate) use limits::LIMITS;
pub use limits::{ConnectionLimit, connection_limits};

/// Maximum number that is counted exactly.
const EXACT_MAX: i64 = 1_000;
/// Maximum number of sessions that are scanned for active ones.
const SCAN_LIMIT: i64 = 5_000;

/// State of the database, and what it contains.
#[derive(Clone, Debug)]
pub struct System {
    /// Version of the newest migration that is applied.
    pub schema: i64,
    /// The server and this database.
    pub database: DatabaseState,
    /// All accounts.
    pub users: Count,
    /// Sessions that have not ended or expired.
    pub sessions: Count,
    /// The last alert, if it was not delivered.
    pub alert_failure: Option<AlertFailure>,
}

/// The server and this database.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DatabaseState {
    /// Version of the server, such as `18.0`.
    pub version: String,
    /// Size on disk in bytes, including indexes.
    pub size: i64,
    /// Number of clients that are connected to the server.
    pub connections: i64,
    /// Maximum number of connections.
    pub connections_max: i64,
    /// The connection pooler in front of the server.
    pub pooler: PoolerState,
    /// The role that this instance is connected as.
    pub role: String,
    /// Privileges that this role has but does not need.
    pub excess: Vec<String>,
}

/// Connection pooler in front of the database server.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = PoolerKind)]
#[serde(rename_all = "lowercase")]
pub enum PoolerState {
    /// No pooler, or one that gives each client its own server connection.
    None,
    /// A transaction pooler that supports prepared statements.
    Named,
    /// A transaction pooler without prepared statements.
    Unnamed,
}

/// Number of rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Count {
    /// The number.
    pub value: i64,
    /// Whether it was counted; otherwise it is an estimate from statistics.
    pub is_exact: bool,
}

impl Count {
    fn new(counted: i64, all_seen: bool, estimated: i64) -> Self {
        if all_seen && counted <= EXACT_MAX {
            return Self {
                value: counted,
                is_exact: true,
            };
        }
        // Statistics may be outdated or missing, so the estimate is at least the number that was counted.
        Self {
            value: counted.max(estimated),
            is_exact: false,
        }
    }
}

/// Reads the state of the system. One statement, whose cost does not grow with the size of the database; needs
/// `system:operate`.
///
/// # Errors
/// [`Error::Unauthenticated`], [`Error::Forbidden`].
pub async fn read(app: &AppContext, claims: &Claims) -> Result<System> {
    let rows = authorized(
        &app.db,
        Actor::Session(claims),
        Idempotency::Idempotent,
        |caller| {
            query_file!(
                "src/monitoring/system/sql/read.sql",
                caller,
                EXACT_MAX + 1,
                SCAN_LIMIT,
            )
        },
    );
    let row = rows.await?.into_iter().next();
    let row =
        row.ok_or_else(|| Error::internal("the statement for the system status returned no row"))?;
    Ok(System {
        schema: schema::version(&row.applied).unwrap_or_default(),
        database: DatabaseState {
            version: row.version,
            size: row.size,
            connections: row.connections,
            connections_max: row.connections_max,
            role: row.role,
            excess: row.excess,
            pooler: match app.db.pooler() {
                Pooler::None => PoolerState::None,
                Pooler::Tracking => PoolerState::Named,
                Pooler::NoPreparedStatements => PoolerState::Unnamed,
            },
        },
        users: Count::new(row.users, true, row.users_estimated),
        sessions: Count::new(
            row.sessions,
            row.sessions_seen < SCAN_LIMIT,
            row.sessions_estimated,
        ),
        alert_failure: row
            .alert_failed_at
            .zip(row.alert_failure)
            .map(|(failed_at, reason)| AlertFailure {
                failed_at,
                reason,
                kinds: row.alert_kinds.expect("an aggregate over at least one row"),
            }),
    })
}

/// State of the database schema, compared with the schema that this release needs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum SchemaState {
    /// The schema is the one that this release needs.
    Current,
    /// Migrations are missing.
    Behind,
    /// A newer release has migrated the database.
    Ahead,
}

impl SchemaState {
    /// Compares a schema version with the one that this release needs.
    #[must_use]
    pub fn of(version: i64) -> Self {
        match version.cmp(&schema::expected()) {
            std::cmp::Ordering::Less => Self::Behind,
            std::cmp::Ordering::Equal => Self::Current,
            std::cmp::Ordering::Greater => Self::Ahead,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_incomplete_count_becomes_an_estimate_that_is_never_lower() {
        let count = |counted, all_seen, estimated| {
            let count = Count::new(counted, all_seen, estimated);
            (count.value, count.is_exact)
        };
        assert_eq!(count(1_000, true, 5_000), (1_000, true));
        assert_eq!(count(0, true, 5_000), (0, true));
        assert_eq!(count(1_001, true, 5_000), (5_000, false));
        assert_eq!(count(1_001, true, -1), (1_001, false));
        assert_eq!(count(7, false, 3), (7, false));
    }
}
