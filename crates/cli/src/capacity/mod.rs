//! `hallpass capacity`: size per user, growth, and a forecast.

use std::io;
use std::time::Duration;

use hallpass_core::db::{Db, Idempotency};
use hallpass_core::monitoring::thresholds::STORAGE_PERCENT;
use serde::Serialize;
use sqlx::query_file_as;
use time::OffsetDateTime;

use crate::cli::CapacityOptions;
use crate::clock;
use crate::db::connections::{self, Limit};
use crate::db::sizes::{self, Size};
use crate::environment::Environment;
use crate::failure::{Exit, Failure};
use crate::output::{BAD, GOOD, Output};
use crate::table::{self, Column, number, text};
use crate::units;

/// Maximum time to wait for open connections to close.
const CLOSE: Duration = Duration::from_secs(1);
/// Growth is measured over this many days.
const OBSERVED_DAYS: f64 = 30.0;
/// Below this number of rows, a table consists mostly of empty pages, so the size of a row is assumed.
const ROWS_TO_MEASURE: i64 = 1_000;

/// Tables that grow with use, and the assumed size of a row in bytes, including its indexes.
const GROWING: [(&str, f64); 3] = [
    ("users", 600.0),
    ("sessions", 300.0),
    ("audit_events", 400.0),
];

/// The rows of tables up to this size are counted exactly.
const CHEAP_BYTES: i64 = 64 << 20;

#[derive(Debug)]
struct Growth {
    users: i64,
    sessions: i64,
    audit_events: i64,
    age_days: Option<f64>,
}

#[derive(Debug)]
struct Rows {
    users: i64,
    sessions: i64,
    audit_events: i64,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Line {
    table: &'static str,
    rows: i64,
    bytes: i64,
    bytes_per_row: f64,
    /// Whether `bytes_per_row` is assumed, because there are too few rows.
    is_assumed: bool,
    rows_per_month: f64,
    projected_rows: i64,
    projected_bytes: i64,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Report {
    horizon_months: u32,
    observed_days: f64,
    tables: Vec<Line>,
    database_bytes: i64,
    projected_bytes: i64,
    bytes_per_user: Option<i64>,
    sessions_per_user: Option<f64>,
    events_per_user_and_month: Option<f64>,
    connections: Vec<Limit>,
    storage_bytes: Option<i64>,
    /// Months until the storage threshold is reached; `None` if that is later than the horizon.
    months_until_full: Option<f64>,
    threshold_percent: i64,
    is_breached: bool,
}

pub(crate) async fn run(
    environment: &Environment,
    output: Output,
    options: &CapacityOptions,
) -> Result<Exit, Failure> {
    let mut database = environment.database()?;
    database.max_connections = 1;
    let db = Db::new(&database);
    let report = examine(&db, options).await;
    db.close(CLOSE).await;
    let report = report?;
    output.answer(&report, |out| show(out, &report))?;
    Ok(if report.is_breached {
        Exit::Breach
    } else {
        Exit::Done
    })
}

async fn examine(db: &Db, options: &CapacityOptions) -> Result<Report, Failure> {
    let since = clock::now() - time::Duration::days(30);
    let growth = growth(db, since).await?;
    let rows = rows(db).await?;
    let (sizes, database_bytes) = sizes::measure(db).await?;
    let connections = connections::limits(db).await?;
    // A database that is younger than `OBSERVED_DAYS` is measured since its first migration, but over at least a day.
    let observed_days = growth
        .age_days
        .unwrap_or_default()
        .clamp(1.0, OBSERVED_DAYS);
    let counted = [
        (rows.users, growth.users),
        (rows.sessions, growth.sessions),
        (rows.audit_events, growth.audit_events),
    ];
    let tables: Vec<_> = GROWING
        .into_iter()
        .zip(counted)
        .map(|((table, assumed), (rows, new))| {
            let bytes = sizes.iter().find(|size| size.name == table);
            let bytes = bytes.map_or(0, Size::total_bytes);
            line(
                table,
                assumed,
                rows,
                bytes,
                float(new) / observed_days * 30.0,
                options.horizon,
            )
        })
        .collect();
    let grown: i64 = tables
        .iter()
        .map(|line| line.projected_bytes - line.bytes)
        .sum();
    let monthly = float(grown) / f64::from(options.horizon);
    let months_until_full = options
        .storage
        .and_then(|storage| until(storage, database_bytes, monthly, options.horizon));
    let is_crowded = connections.iter().any(|limit| limit.is_breached);
    // Size of the rows only: the size of an empty database is not part of the size per user.
    let taken: f64 = tables
        .iter()
        .map(|line| float(line.rows) * line.bytes_per_row)
        .sum();
    let per_user = |number: f64| (rows.users > 0).then(|| number / float(rows.users));
    Ok(Report {
        horizon_months: options.horizon,
        observed_days,
        database_bytes,
        projected_bytes: database_bytes + grown,
        bytes_per_user: per_user(taken).map(whole),
        sessions_per_user: per_user(float(rows.sessions)),
        events_per_user_and_month: per_user(tables[2].rows_per_month),
        tables,
        connections,
        storage_bytes: options.storage,
        months_until_full,
        threshold_percent: STORAGE_PERCENT,
        is_breached: is_crowded || months_until_full.is_some(),
    })
}

fn line(
    table: &'static str,
    assumed: f64,
    rows: i64,
    bytes: i64,
    rows_per_month: f64,
    months: u32,
) -> Line {
    let is_assumed = rows < ROWS_TO_MEASURE;
    let bytes_per_row = if is_assumed {
        assumed
    } else {
        float(bytes) / float(rows)
    };
    let new_rows = rows_per_month * f64::from(months);
    Line {
        table,
        rows,
        bytes,
        bytes_per_row,
        is_assumed,
        rows_per_month,
        projected_rows: rows + whole(new_rows),
        projected_bytes: bytes + whole(new_rows * bytes_per_row),
    }
}

/// Months until the storage threshold is reached; `None` if that is later than the horizon.
fn until(storage: i64, now: i64, monthly: f64, horizon: u32) -> Option<f64> {
    let left = float(storage) * float(STORAGE_PERCENT) / 100.0 - float(now);
    if left <= 0.0 {
        return Some(0.0);
    }
    let months = left / monthly;
    (months <= f64::from(horizon)).then_some(months)
}

#[expect(
    clippy::cast_precision_loss,
    reason = "a forecast needs no exact numbers"
)]
const fn float(number: i64) -> f64 {
    number as f64
}

#[expect(
    clippy::cast_possible_truncation,
    reason = "a forecast is rounded and far below the limit"
)]
fn whole(number: f64) -> i64 {
    number.round() as i64
}

async fn growth(db: &Db, since: OffsetDateTime) -> Result<Growth, Failure> {
    let first_id = hallpass_core::ids::since(since);
    let row = db.fetch_one(Idempotency::Idempotent, || {
        query_file_as!(Growth, "src/capacity/sql/growth.sql", since, first_id)
    });
    Ok(row.await?)
}

async fn rows(db: &Db) -> Result<Rows, Failure> {
    let row = db.fetch_one(Idempotency::Idempotent, || {
        query_file_as!(Rows, "src/capacity/sql/rows.sql", CHEAP_BYTES)
    });
    Ok(row.await?)
}

fn show(out: &mut dyn io::Write, report: &Report) -> io::Result<()> {
    const COLUMNS: [Column; 7] = [
        text("TABLE"),
        number("ROWS"),
        number("SIZE"),
        number("PER ROW"),
        number("ROWS/MONTH"),
        number("PROJECTED ROWS"),
        number("PROJECTED SIZE"),
    ];
    let rows: Vec<_> = report.tables.iter().map(row).collect();
    table::write(out, &COLUMNS, &rows)?;
    let months = report.horizon_months;
    writeln!(
        out,
        "\nDatabase size: {}; in {months} months: {}",
        units::bytes(report.database_bytes),
        units::bytes(report.projected_bytes)
    )?;
    if let (Some(bytes), Some(sessions), Some(events)) = (
        report.bytes_per_user,
        report.sessions_per_user,
        report.events_per_user_and_month,
    ) {
        let bytes = units::bytes(bytes);
        writeln!(
            out,
            "Per user: {bytes}, {sessions:.1} sessions, {events:.1} audit events a month"
        )?;
    }
    writeln!(
        out,
        "Based on {} of growth, including rows that hallpass db purge will delete.",
        units::count(whole(report.observed_days), "day")
    )?;
    if report.tables.iter().any(|line| line.is_assumed) {
        writeln!(out, "* estimated: too few rows to measure")?;
    }
    writeln!(out)?;
    connections::show_limits(out, &report.connections)?;
    match (report.storage_bytes, report.months_until_full) {
        (None, _) => Ok(()),
        (Some(storage), None) => {
            let storage = units::bytes(storage);
            writeln!(
                out,
                "{GOOD}{storage} is enough for {months} months.{GOOD:#}"
            )
        }
        (Some(storage), Some(months)) => {
            let storage = units::bytes(storage);
            writeln!(
                out,
                "{BAD}→{BAD:#} {STORAGE_PERCENT} % of {storage} is reached in {months:.1} months: add storage, or delete old rows with `hallpass db purge`"
            )
        }
    }
}

fn row(line: &Line) -> [String; 7] {
    let mark = if line.is_assumed { "*" } else { "" };
    [
        line.table.to_owned(),
        units::number(line.rows),
        units::bytes(line.bytes),
        format!("{}{mark}", units::bytes(whole(line.bytes_per_row))),
        units::number(whole(line.rows_per_month)),
        units::number(line.projected_rows),
        units::bytes(line.projected_bytes),
    ]
}
