//! The figures that monitoring asks for, the same for a scraper and for the operator.

mod figures;
mod openmetrics;

use serde::Serialize;

pub use figures::{COUNTED_AT_MOST, Figures, figures};
pub use openmetrics::{CONTENT_TYPE, openmetrics};

use crate::schema;

/// One figure. All are gauges: each is so much now.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Metric {
    /// Begins with `hallpass_`; those in bytes end with `_bytes`.
    pub name: &'static str,
    /// What tells it from others of its name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub label: Option<(&'static str, String)>,
    /// How much.
    pub value: f64,
    /// What it says, for people.
    pub help: &'static str,
}

impl Metric {
    /// Name, label and all, as the text format writes it.
    #[must_use]
    pub fn series(&self) -> String {
        openmetrics::series(self)
    }
}

/// The figures as metrics, those of one name together. `version` is the release that asks.
#[must_use]
pub fn metrics(figures: &Figures, version: &str) -> Vec<Metric> {
    let is_current = i64::from(figures.schema_version >= schema::expected());
    let mut metrics = vec![
        labelled(
            "hallpass_build_info",
            ("version", version),
            1,
            "The release that tells this.",
        ),
        one(
            "hallpass_users_estimated",
            figures.users_estimated,
            "Accounts, by the planner's estimate.",
        ),
        one(
            "hallpass_administrators",
            figures.administrators,
            "Active administrators.",
        ),
        one(
            "hallpass_sessions_estimated",
            figures.sessions_estimated,
            "Sessions that live, by the planner's estimate.",
        ),
        one(
            "hallpass_sign_ins_1m",
            figures.signed_in.minute,
            "Sign-ins within a minute.",
        ),
        one(
            "hallpass_sign_ins_1d",
            figures.signed_in.day,
            "Sign-ins within a day, counted up to 100000.",
        ),
        one(
            "hallpass_failed_sign_ins_1m",
            figures.failed.minute,
            "Failed sign-ins within a minute.",
        ),
        one(
            "hallpass_failed_sign_ins_1d",
            figures.failed.day,
            "Failed sign-ins within a day, counted up to 100000.",
        ),
        one(
            "hallpass_guessed_accounts_1d",
            figures.guessed_accounts_day,
            "Accounts at which more than 10 sign-ins from one network failed within an hour of the last day.",
        ),
        one(
            "hallpass_critical_events_1d",
            figures.critical_day,
            "Critical audit events within a day.",
        ),
        one(
            "hallpass_throttled_keys",
            figures.blocked,
            "Throttle counters that make somebody wait, among 20000 of them.",
        ),
        one(
            "hallpass_alerts_failed",
            figures.failed_alerts,
            "Thresholds whose alert was not delivered; 0 once an alert or a test message arrives.",
        ),
        one(
            "hallpass_schema_version",
            figures.schema_version,
            "The newest migration that is applied.",
        ),
        one(
            "hallpass_schema_current",
            is_current,
            "1 where the schema is that of this release or newer.",
        ),
        one(
            "hallpass_database_bytes",
            figures.database_bytes,
            "Size of the whole database.",
        ),
    ];
    metrics.extend(tables_and_connections(figures));
    metrics
}

/// Those of which there are several: of each table, and of each limit.
fn tables_and_connections(figures: &Figures) -> Vec<Metric> {
    let mut metrics: Vec<_> = figures
        .tables
        .iter()
        .map(|table| {
            let help = "Size of a table with its indexes and long values.";
            labelled(
                "hallpass_table_bytes",
                ("table", &table.name),
                table.bytes,
                help,
            )
        })
        .collect();
    let limits = &figures.limits;
    metrics.extend(limits.iter().map(|limit| {
        let label = ("scope", limit.scope.as_str());
        labelled(
            "hallpass_connections",
            label,
            limit.used,
            "Connections that are open.",
        )
    }));
    metrics.extend(limits.iter().map(|limit| {
        let label = ("scope", limit.scope.as_str());
        labelled(
            "hallpass_connections_limit",
            label,
            limit.at_most,
            "Connections that may be open.",
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
