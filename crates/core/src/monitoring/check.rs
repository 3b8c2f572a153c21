//! Checks the thresholds that can be measured from inside an instance.

use std::time::Duration;

use serde::Serialize;
use sqlx::FromRow;
use sqlx::postgres::PgRow;
use sqlx::types::Json;
use utoipa::ToSchema;

use super::failed_sign_ins::{FAILED_SIGN_INS, READ_AT_MOST};
use super::system::{ConnectionLimit, LIMITS};
use super::thresholds::{
    CONNECTIONS_PERCENT, FAILED_SIGN_INS_A_MINUTE, FAILED_SIGN_INS_AT_ONE_ACCOUNT_AN_HOUR,
    MEMORY_PERCENT, RESPONSE_TIME, exceeds,
};
use crate::db::{self, Idempotency};
use crate::{AppContext, Result};

/// Period in which failed sign-ins are counted.
const DAY: Duration = Duration::from_hours(24);

/// Memory usage of the current instance, in bytes.
#[derive(Clone, Copy, Debug, Default)]
pub struct Memory {
    /// Memory in use.
    pub used: u64,
    /// Memory that may be used; 0 if that is unknown.
    pub total: u64,
}

/// Exceeded threshold.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct ExceededThreshold {
    /// Metric: `connections`, `memory`, `failed_sign_ins` or `response_time`.
    pub kind: &'static str,
    /// Measured value.
    pub value: i64,
    /// Threshold for `value`.
    pub threshold: i64,
    /// Unit of `value` and `threshold`.
    pub unit: &'static str,
    /// Human-readable explanation.
    pub detail: String,
}

impl ExceededThreshold {
    /// All kinds that [`check`] measures.
    pub const KINDS: [&'static str; 4] =
        ["connections", "failed_sign_ins", "memory", "response_time"];
}

#[derive(FromRow)]
struct Seen {
    worst_minute: i64,
    worst_hour_of_an_account: i64,
    limits: Json<Vec<ConnectionLimit>>,
}

/// Checks all thresholds in one statement. Its duration stands for the response time, although a response takes longer.
/// The time to connect is left out, because before most runs the instance was frozen and has to connect again.
///
/// # Errors
/// Database errors only.
pub async fn check(app: &AppContext, memory: Memory) -> Result<Vec<ExceededThreshold>> {
    let text = format!(
        "with limits as ({LIMITS}), failed as ({FAILED_SIGN_INS})\n{}",
        include_str!("sql/check.sql")
    );
    let seen = app.db.fetch_one(Idempotency::Idempotent, || {
        sqlx::query(sqlx::AssertSqlSafe(text.clone()))
            .bind(DAY.as_secs_f64())
            .bind(READ_AT_MOST)
            .try_map(|row: PgRow| Seen::from_row(&row))
    });
    let (seen, cost) = db::measure(Box::pin(seen)).await;
    let seen = seen?;
    let milliseconds =
        |time: std::time::Duration| i64::try_from(time.as_millis()).unwrap_or(i64::MAX);
    let figures = [
        connections(&seen.limits.0),
        failed_sign_ins(seen.worst_minute, seen.worst_hour_of_an_account),
        memory_in_use(memory),
        response_time(milliseconds(cost.time), milliseconds(RESPONSE_TIME)),
    ];
    Ok(figures.into_iter().flatten().collect())
}

/// The connection limit with the highest usage, if one is above the threshold.
fn connections(limits: &[ConnectionLimit]) -> Option<ExceededThreshold> {
    let percent = |limit: &&ConnectionLimit| limit.used * 100 / limit.at_most;
    let limit = limits
        .iter()
        .filter(|limit| limit.is_exceeded())
        .max_by_key(percent)?;
    let ConnectionLimit {
        scope,
        used,
        at_most,
    } = limit;
    Some(ExceededThreshold {
        kind: "connections",
        value: percent(&limit),
        threshold: CONNECTIONS_PERCENT,
        unit: "percent",
        detail: format!("{used} of {at_most} connections of the {scope} are open"),
    })
}

/// Failed sign-ins of all users in a minute, or else at one account from one network in an hour.
fn failed_sign_ins(in_a_minute: i64, at_one_account: i64) -> Option<ExceededThreshold> {
    let kind = "failed_sign_ins";
    if in_a_minute > FAILED_SIGN_INS_A_MINUTE {
        return Some(ExceededThreshold {
            kind,
            value: in_a_minute,
            threshold: FAILED_SIGN_INS_A_MINUTE,
            unit: "per minute",
            detail: format!("{in_a_minute} sign-ins failed in the worst minute of the last day"),
        });
    }
    (at_one_account > FAILED_SIGN_INS_AT_ONE_ACCOUNT_AN_HOUR).then(|| ExceededThreshold {
        kind,
        value: at_one_account,
        threshold: FAILED_SIGN_INS_AT_ONE_ACCOUNT_AN_HOUR,
        unit: "per hour",
        detail: format!(
            "{at_one_account} sign-ins at one account from one network failed in the worst hour of the last day"
        ),
    })
}

fn memory_in_use(memory: Memory) -> Option<ExceededThreshold> {
    let [used, total] =
        [memory.used, memory.total].map(|bytes| i64::try_from(bytes).unwrap_or(i64::MAX));
    exceeds(used, total, MEMORY_PERCENT).then(|| {
        let [used_mb, total_mb] = [used, total].map(|bytes| bytes / 1_000_000);
        ExceededThreshold {
            kind: "memory",
            value: i64::try_from(i128::from(used) * 100 / i128::from(total)).unwrap_or(i64::MAX),
            threshold: MEMORY_PERCENT,
            unit: "percent",
            detail: format!("an instance uses {used_mb} of {total_mb} MB"),
        }
    })
}

fn response_time(took: i64, most: i64) -> Option<ExceededThreshold> {
    (took > most).then(|| ExceededThreshold {
        kind: "response_time",
        value: took,
        threshold: most,
        unit: "ms",
        detail: format!("the database took {took} ms to answer"),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_threshold_is_exceeded_by_a_greater_value_only() {
        let limit = |used| ConnectionLimit {
            scope: "server".to_owned(),
            used,
            at_most: 100,
        };
        assert_eq!(connections(&[limit(80)]), None);
        assert_eq!(
            connections(&[limit(81), limit(95), limit(90)])
                .unwrap()
                .value,
            95
        );
        assert_eq!(failed_sign_ins(10, 10), None);
        assert_eq!(failed_sign_ins(11, 11).unwrap().unit, "per minute");
        let of_one = failed_sign_ins(10, 11).unwrap();
        assert_eq!((of_one.value, of_one.unit), (11, "per hour"));
        let memory = |used, total| memory_in_use(Memory { used, total });
        assert_eq!(memory(90, 100), None);
        assert_eq!(memory(91, 100).unwrap().value, 91);
        assert_eq!(memory(5, 0), None);
        assert_eq!(response_time(2_000, 2_000), None);
        assert_eq!(response_time(2_001, 2_000).unwrap().value, 2_001);
    }

    #[test]
    fn every_check_reports_one_of_the_known_kinds() {
        let limits = [ConnectionLimit {
            scope: "server".to_owned(),
            used: 9,
            at_most: 10,
        }];
        let all = [
            connections(&limits),
            failed_sign_ins(99, 99),
            memory_in_use(Memory {
                used: 99,
                total: 100,
            }),
            response_time(9_999, 2_000),
        ];
        let kinds = all.map(|breach| breach.unwrap().kind);
        assert_eq!(kinds, ExceededThreshold::KINDS);
    }
}
