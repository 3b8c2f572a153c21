//! Metrics, which are the same for a scraper and for the operator's command.

mod openmetrics;
mod sample;

use serde::Serialize;

pub use openmetrics::{CONTENT_TYPE, openmetrics};
pub use sample::{COUNTED_AT_MOST, Sample, sample};

use crate::schema;

/// A metric. All metrics are gauges.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Metric {
    /// Name, which begins with `hallpass_`; the name of a size in bytes ends with `_bytes`.
    pub name: &'static str,
    /// Label that distinguishes it from other metrics of the same name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub label: Option<(&'static str, String)>,
    /// Current value.
    pub value: f64,
    /// Human-readable description.
    pub help: &'static str,
}

impl Metric {
    /// Name and label, as the text format writes them.
    #[must_use]
    pub fn series(&self) -> String {
        openmetrics::series(self)
    }
}

/// Converts a sample to metrics, those of one name next to each other. `version` is the version of this release.
#[must_use]
pub fn metrics(sample: &Sample, version: &str) -> Vec<Metric> {
    let is_current = i64::from(sample.schema_version >= schema::expected());
    let mut metrics = vec![
        labelled(
            "hallpass_build_info",
            ("version", version),
            1,
            "Version of this release.",
        ),
        one(
            "hallpass_users_estimated",
            sample.users_estimated,
            "Accounts, estimated from the planner's statistics.",
        ),
        one(
            "hallpass_administrators",
            sample.administrators,
            "Active administrators.",
        ),
        one(
            "hallpass_sessions_estimated",
            sample.sessions_estimated,
            "Active sessions, estimated from the planner's statistics.",
        ),
        one(
            "hallpass_sign_ins_1m",
            sample.signed_in.minute,
            "Sign-ins within a minute.",
        ),
        one(
            "hallpass_sign_ins_1d",
            sample.signed_in.day,
            "Sign-ins within a day, counted up to 100000.",
        ),
        one(
            "hallpass_failed_sign_ins_1m",
            sample.failed.minute,
            "Failed sign-ins within a minute.",
        ),
        one(
            "hallpass_failed_sign_ins_1d",
            sample.failed.day,
            "Failed sign-ins within a day, counted up to 100000.",
        ),
        one(
            "hallpass_guessed_accounts_1d",
            sample.guessed_accounts_day,
            "Accounts at which more than 10 sign-ins from one network failed within an hour of the last day.",
        ),
        one(
            "hallpass_critical_events_1d",
            sample.critical_day,
            "Critical audit events within a day.",
        ),
        one(
            "hallpass_throttled_keys",
            sample.blocked,
            "Throttle counters that delay the next attempt, among the first 20000 counters.",
        ),
        one(
            "hallpass_alerts_failed",
            sample.failed_alerts,
            "Thresholds whose alert was not delivered; 0 once an alert or a test message arrives.",
        ),
        one(
            "hallpass_schema_version",
            sample.schema_version,
            "Version of the newest applied migration.",
        ),
        one(
            "hallpass_schema_current",
            is_current,
            "1 if the schema is that of this release or newer, otherwise 0.",
        ),
        one(
            "hallpass_database_bytes",
            sample.database_bytes,
            "Size of the whole database.",
        ),
    ];
    metrics.extend(tables_and_connections(sample));
    metrics
}

/// Metrics that exist once for each table or for each connection limit.
fn tables_and_connections(sample: &Sample) -> Vec<Metric> {
    let mut metrics: Vec<_> = sample
        .tables
        .iter()
        .map(|table| {
            let help = "Size of a table, including its indexes and TOAST data.";
            labelled(
                "hallpass_table_bytes",
                ("table", &table.name),
                table.bytes,
                help,
            )
        })
        .collect();
    let limits = &sample.limits;
    metrics.extend(limits.iter().map(|limit| {
        let label = ("scope", limit.scope.as_str());
        labelled(
            "hallpass_connections",
            label,
            limit.used,
            "Open connections.",
        )
    }));
    metrics.extend(limits.iter().map(|limit| {
        let label = ("scope", limit.scope.as_str());
        labelled(
            "hallpass_connections_limit",
            label,
            limit.at_most,
            "Maximum number of open connections.",
        )
    }));
    metrics
}

fn one(name: &'static str, value: i64, help: &'static str) -> Metric {
    #[expect(clippy::cast_precision_loss, reason = "a figure for a graph")]
    let value = value as f64;
    Metric {
        name,
        label: None,
        value,
        help,
    }
}

fn labelled(
    name: &'static str,
    label: (&'static str, &str),
    value: i64,
    help: &'static str,
) -> Metric {
    Metric {
        label: Some((label.0, label.1.to_owned())),
        ..one(name, value, help)
    }
}
