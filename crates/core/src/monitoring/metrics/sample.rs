//! Reads the metrics from the database.

use serde::Deserialize;
use sqlx::FromRow;
use sqlx::postgres::PgRow;
use sqlx::types::Json;

use crate::Result;
use crate::db::{Db, Idempotency};
use crate::monitoring::failed_sign_ins::{FAILED_SIGN_INS, READ_AT_MOST};
use crate::monitoring::system::{ConnectionLimit, LIMITS};
use crate::monitoring::thresholds::FAILED_SIGN_INS_AT_ONE_ACCOUNT_AN_HOUR;
use crate::schema;

/// Maximum number of rows of a kind that are counted.
pub const COUNTED_AT_MOST: i64 = 100_000;
/// Maximum number of throttle counters that are scanned, because no index orders them by time.
const SCAN_LIMIT: i64 = 20_000;
/// Period in which failed sign-ins are read, in seconds.
const DAY: f64 = 86_400.0;

/// Measurements at one time.
#[derive(Clone, Debug)]
pub struct Sample {
    /// All accounts, estimated from the planner's statistics.
    pub users_estimated: i64,
    /// Active administrators.
    pub administrators: i64,
    /// Active sessions, estimated from the planner's statistics.
    pub sessions_estimated: i64,
    /// Successful sign-ins.
    pub signed_in: Spans,
    /// Failed sign-ins.
    pub failed: Spans,
    /// Accounts at which too many sign-ins from one network failed within an hour of the last day.
    pub guessed_accounts_day: i64,
    /// Critical audit events in the last day.
    pub critical_day: i64,
    /// Throttle counters that delay the next attempt.
    pub blocked: i64,
    /// Thresholds whose alert was not delivered.
    pub failed_alerts: i64,
    /// Version of the schema.
    pub schema_version: i64,
    /// Size of the whole database.
    pub database_bytes: i64,
    /// Size of every table.
    pub tables: Vec<TableSize>,
    /// Connections and their limits.
    pub limits: Vec<ConnectionLimit>,
}

/// Number of recent events.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
pub struct Spans {
    /// In the last minute.
    pub minute: i64,
    /// In the last day.
    pub day: i64,
}

/// Size of a table, including its indexes and its large values (TOAST).
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct TableSize {
    /// Name of the table.
    pub name: String,
    /// Size in bytes.
    pub bytes: i64,
}

#[derive(FromRow)]
struct Row {
    users_estimated: i64,
    administrators: i64,
    sessions_estimated: i64,
    signed_in: Json<Spans>,
    failed: Json<Spans>,
    guessed_accounts_day: i64,
    critical_day: i64,
    blocked: i64,
    failed_alerts: i64,
    applied: Vec<i64>,
    database_bytes: i64,
    tables: Json<Vec<TableSize>>,
    limits: Json<Vec<ConnectionLimit>>,
}

/// Reads the metrics. One statement, whose cost does not grow with the size of the database. Every role of Hallpass may
/// run it.
///
/// # Errors
/// Database errors only.
pub async fn sample(db: &Db) -> Result<Sample> {
    let text = format!(
        "with limits as ({LIMITS}), failures as ({FAILED_SIGN_INS}),\n{}",
        include_str!("sql/sample.sql")
    );
    let row = db.fetch_one(Idempotency::Idempotent, || {
        sqlx::query(sqlx::AssertSqlSafe(text.clone()))
            .bind(DAY)
            .bind(READ_AT_MOST)
            .bind(COUNTED_AT_MOST)
            .bind(SCAN_LIMIT)
            .bind(FAILED_SIGN_INS_AT_ONE_ACCOUNT_AN_HOUR)
            .try_map(|row: PgRow| Row::from_row(&row))
    });
    let row = row.await?;
    Ok(Sample {
        users_estimated: row.users_estimated,
        administrators: row.administrators,
        sessions_estimated: row.sessions_estimated,
        signed_in: row.signed_in.0,
        failed: row.failed.0,
        guessed_accounts_day: row.guessed_accounts_day,
        critical_day: row.critical_day,
        blocked: row.blocked,
        failed_alerts: row.failed_alerts,
        schema_version: schema::version(&row.applied).unwrap_or_default(),
        database_bytes: row.database_bytes,
        tables: row.tables.0,
        limits: row.limits.0,
    })
}
