//! What the database is asked for metrics.

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

/// Up to how many rows of a kind are counted.
pub const COUNTED_AT_MOST: i64 = 100_000;
/// So many of the throttle's counters, which no index orders by time, are looked through.
const SCAN_LIMIT: i64 = 20_000;
/// Seconds that failed sign-ins are looked back at.
const DAY: f64 = 86_400.0;

/// The figures.
#[derive(Clone, Debug)]
pub struct Sample {
    /// All accounts, from the planner's statistics.
    pub users_estimated: i64,
    /// Active administrators.
    pub administrators: i64,
    /// Sessions that live, from the planner's statistics.
    pub sessions_estimated: i64,
    /// Sign-ins.
    pub signed_in: Spans,
    /// Failed sign-ins.
    pub failed: Spans,
    /// Accounts at which too many sign-ins from one network failed within an hour, of the last day.
    pub guessed_accounts_day: i64,
    /// Critical audit events within a day.
    pub critical_day: i64,
    /// Throttle counters that make somebody wait.
    pub blocked: i64,
    /// Thresholds whose alert was not delivered.
    pub failed_alerts: i64,
    /// The version of the schema.
    pub schema_version: i64,
    /// Of the whole database.
    pub database_bytes: i64,
    /// Every table's size.
    pub tables: Vec<TableSize>,
    /// Connections.
    pub limits: Vec<ConnectionLimit>,
}

/// How often something happened lately.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
pub struct Spans {
    /// Within a minute.
    pub minute: i64,
    /// Within a day.
    pub day: i64,
}

/// How large a table is, with its indexes and long values.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct TableSize {
    /// The table's name.
    pub name: String,
    /// Its size.
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

/// Asks the database. One statement, whose price does not grow with what the database holds; any role of ours may.
///
/// # Errors
/// Only the database's.
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
