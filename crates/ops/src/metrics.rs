//! `hallpass metrics`: the figures that monitoring asks for, as a list or in the `OpenMetrics` text format.

use std::io;
use std::time::Duration;

use hallpass_core::db::{Db, Effect};
use hallpass_core::schema;
use serde::Serialize;
use serde_json::json;
use sqlx::FromRow;
use sqlx::postgres::PgRow;

use crate::cli::MetricsOptions;
use crate::clock;
use crate::db::{connections, sizes};
use crate::environment::Environment;
use crate::failure::{Exit, Failure};
use crate::screen::Screen;

/// How long connections in use are waited for in the end.
const CLOSE: Duration = Duration::from_secs(1);

/// Sessions and events have ids of version 7, whose order is that of time. $1 the first id of the last day.
const FIGURES: &str = "
    select (select greatest(reltuples, 0)::bigint from pg_class where oid = 'users'::regclass) as users_estimated,
        (select count(*) from users where roles @> '{admin}' and is_active) as administrators,
        (select count(*) from sessions s where s.id >= $1 and s.created_at >= clock_timestamp() - interval '1 day')
            as sign_ins,
        (
            select count(*) from audit_events e
            where e.id >= $1 and e.event = 'login_failed' and e.occurred_at >= clock_timestamp() - interval '1 minute'
        ) as failed_minute,
        (
            select count(*) from audit_events e
            where e.id >= $1 and e.event = 'login_failed' and e.occurred_at >= clock_timestamp() - interval '1 day'
        ) as failed_day,
        (
            select count(*) from audit_events e
            where e.id >= $1 and e.severity = 'critical' and e.occurred_at >= clock_timestamp() - interval '1 day'
        ) as critical_day,
        (select count(*) from login_throttle where blocked_until > clock_timestamp()) as blocked,
        (select coalesce(max(version) filter (where success), 0) from _sqlx_migrations) as schema_version";

#[derive(Debug, FromRow)]
struct Figures {
    users_estimated: i64,
    administrators: i64,
    sign_ins: i64,
    failed_minute: i64,
    failed_day: i64,
    critical_day: i64,
    blocked: i64,
    schema_version: i64,
}

/// One figure. All are gauges: each is so many now.
#[derive(Debug, Serialize)]
struct Metric {
    name: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    label: Option<(&'static str, String)>,
    value: f64,
    help: &'static str,
}

pub(crate) async fn run(
    environment: &Environment,
    screen: Screen,
    options: &MetricsOptions,
) -> Result<Exit, Failure> {
    let mut database = environment.database()?;
    database.max_connections = 1;
    let db = Db::new(&database);
    let metrics = collect(&db).await;
    db.close(CLOSE).await;
    let metrics = metrics?;
    let list: Vec<_> = metrics.iter().map(json_of).collect();
    screen.answer(&json!({"metrics": list}), |out| {
        if options.openmetrics {
            open_metrics(out, &metrics)
        } else {
            people(out, &metrics)
        }
    })?;
    Ok(Exit::Done)
}

async fn collect(db: &Db) -> Result<Vec<Metric>, Failure> {
    let since = clock::now() - time::Duration::days(1);
    let first_id = hallpass_core::ids::since(since);
    let row = db.fetch_one(Effect::Repeatable, || {
        sqlx::query(FIGURES)
            .bind(first_id)
            .try_map(|row: PgRow| Figures::from_row(&row))
    });
    let figures = row.await?;
    let (tables, database_bytes) = sizes::measure(db).await?;
    let limits = connections::limits(db).await?;
    let mut metrics = subjects(&figures);
    metrics.push(one(
        "hallpass_database_bytes",
        database_bytes,
        "Size of the whole database.",
    ));
    for table in &tables {
        metrics.push(Metric {
            label: Some(("table", table.name.clone())),
            ..one(
                "hallpass_table_bytes",
                table.total_bytes(),
                "Size of a table with its indexes and long values.",
            )
        });
    }
    for limit in &limits {
        metrics.push(Metric {
            label: Some(("scope", limit.scope.clone())),
            ..one(
                "hallpass_connections",
                limit.used,
                "Connections that are open.",
            )
        });
    }
    for limit in &limits {
        metrics.push(Metric {
            label: Some(("scope", limit.scope.clone())),
            ..one(
                "hallpass_connections_limit",
                limit.at_most,
                "Connections that may be open.",
            )
        });
    }
    Ok(metrics)
}

fn subjects(figures: &Figures) -> Vec<Metric> {
    let is_current = i64::from(figures.schema_version >= schema::expected());
    vec![
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
            "hallpass_sign_ins_1d",
            figures.sign_ins,
            "Sessions opened within a day.",
        ),
        one(
            "hallpass_failed_sign_ins_1m",
            figures.failed_minute,
            "Failed sign-ins within a minute.",
        ),
        one(
            "hallpass_failed_sign_ins_1d",
            figures.failed_day,
            "Failed sign-ins within a day.",
        ),
        one(
            "hallpass_critical_events_1d",
            figures.critical_day,
            "Critical audit events within a day.",
        ),
        one(
            "hallpass_throttled_keys",
            figures.blocked,
            "Throttle counters that make somebody wait.",
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
    ]
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

fn json_of(metric: &Metric) -> serde_json::Value {
    let mut object = json!({"name": metric.name, "value": metric.value, "help": metric.help});
    if let Some((label, value)) = &metric.label {
        object["labels"] = json!({*label: value});
    }
    object
}

fn people(out: &mut dyn io::Write, metrics: &[Metric]) -> io::Result<()> {
    for metric in metrics {
        writeln!(out, "{:<60}{}", series(metric), metric.value)?;
    }
    Ok(())
}

fn series(metric: &Metric) -> String {
    match &metric.label {
        Some((label, value)) => {
            let value = value
                .replace('\\', "\\\\")
                .replace('"', "\\\"")
                .replace('\n', "\\n");
            format!("{}{{{label}=\"{value}\"}}", metric.name)
        }
        None => metric.name.to_owned(),
    }
}

/// OpenMetrics 1.0: each family has its metadata once, before its samples, and the text ends with EOF.
fn open_metrics(out: &mut dyn io::Write, metrics: &[Metric]) -> io::Result<()> {
    let mut family = "";
    for metric in metrics {
        if metric.name != family {
            family = metric.name;
            writeln!(out, "# TYPE {family} gauge")?;
            if family.ends_with("_bytes") {
                writeln!(out, "# UNIT {family} bytes")?;
            }
            writeln!(out, "# HELP {family} {}", metric.help)?;
        }
        writeln!(out, "{} {}", series(metric), metric.value)?;
    }
    writeln!(out, "# EOF")
}
