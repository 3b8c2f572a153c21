//! `hallpass db slow`: the slowest statements.

use std::io;

use hallpass_core::db::{Db, Idempotency};
use serde::Serialize;
use serde_json::json;
use sqlx::postgres::PgRow;
use sqlx::{AssertSqlSafe, FromRow, query_file_as};
use time::OffsetDateTime;

use crate::cli::{SlowOptions, SlowOrder};
use crate::clock;
use crate::failure::{Exit, Failure};
use crate::output::Output;
use crate::table::{self, Column, flexible, number};
use crate::units;

#[derive(Debug)]
struct Extension {
    schema: Option<String>,
    is_loaded: bool,
}

#[derive(Debug, FromRow, Serialize)]
#[serde(rename_all = "camelCase")]
struct Statement {
    query: String,
    calls: i64,
    total_milliseconds: f64,
    mean_milliseconds: f64,
    max_milliseconds: f64,
    rows: i64,
    /// Percentage of the total execution time of all statements.
    share: f64,
}

pub(super) async fn run(db: &Db, output: Output, options: &SlowOptions) -> Result<Exit, Failure> {
    let found = db.fetch_one(Idempotency::Idempotent, || {
        query_file_as!(Extension, "src/db/sql/statements_extension.sql")
    });
    let found = found.await?;
    let schema = usable(&found)?;
    let statements = statements(db, schema, options).await?;
    let since = since(db, schema).await?;
    let json = json!({
        "since": since.map(|at| at.format(&time::format_description::well_known::Rfc3339).unwrap_or_default()),
        "statements": statements,
    });
    output.answer(&json, |out| show(out, &statements, since))?;
    Ok(Exit::Done)
}

/// Schema of the extension. If the extension cannot be used, the error says how to enable it.
fn usable(found: &Extension) -> Result<&str, Failure> {
    let missing = |detail: &str, step: &str| {
        Err(Failure::new(Exit::Failed, "extension_missing", detail).next(step))
    };
    match found {
        Extension {
            is_loaded: false, ..
        } => missing(
            "the server does not load pg_stat_statements",
            "add it to shared_preload_libraries and restart the server (hosted: in the settings of the provider; \
             self-hosted: with the contrib package), then run as the owner: `create extension pg_stat_statements`",
        ),
        Extension { schema: None, .. } => missing(
            "the extension pg_stat_statements does not exist in this database",
            "run as the owner: `create extension pg_stat_statements`",
        ),
        Extension {
            schema: Some(schema),
            ..
        } => Ok(schema),
    }
}

async fn statements(
    db: &Db,
    schema: &str,
    options: &SlowOptions,
) -> Result<Vec<Statement>, Failure> {
    let order = match options.sort {
        SlowOrder::Total => "total_milliseconds",
        SlowOrder::Mean => "mean_milliseconds",
        SlowOrder::Calls => "calls",
    };
    // Not a `query!`, because the schema of the extension is only known at run time, and the extension does not exist
    // where the macros check. Statements that set the password of a role contain the password, so they are left
    // out.
    let sql = format!(
        "select regexp_replace(trim(s.query), '\\s+', ' ', 'g') as query, sum(s.calls)::bigint as calls,
            sum(s.total_exec_time) as total_milliseconds,
            sum(s.total_exec_time) / sum(s.calls) as mean_milliseconds,
            max(s.max_exec_time) as max_milliseconds, sum(s.rows)::bigint as rows,
            coalesce(sum(s.total_exec_time) * 100 / nullif(sum(sum(s.total_exec_time)) over (), 0), 0) as share
        from {schema}.pg_stat_statements s
        where s.dbid = (select oid from pg_database where datname = current_database())
            and s.calls > 0 and s.query !~* '\\mpassword\\M' and s.query <> '<insufficient privilege>'
        group by 1
        order by {order} desc, query
        limit $1"
    );
    let limit = options.limit;
    let rows = db.fetch_all(Idempotency::Idempotent, || {
        sqlx::query(AssertSqlSafe(sql.clone()))
            .bind(limit)
            .try_map(|row: PgRow| Statement::from_row(&row))
    });
    Ok(rows.await?)
}

async fn since(db: &Db, schema: &str) -> Result<Option<OffsetDateTime>, Failure> {
    let sql = format!("select stats_reset from {schema}.pg_stat_statements_info");
    let row = db.fetch_one(Idempotency::Idempotent, || {
        sqlx::query(AssertSqlSafe(sql.clone()))
            .try_map(|row: PgRow| <(Option<OffsetDateTime>,)>::from_row(&row))
    });
    Ok(row.await?.0)
}

fn show(
    out: &mut dyn io::Write,
    statements: &[Statement],
    since: Option<OffsetDateTime>,
) -> io::Result<()> {
    const COLUMNS: [Column; 6] = [
        number("CALLS"),
        number("TOTAL"),
        number("SHARE"),
        number("MEAN"),
        number("MAX"),
        flexible("STATEMENT", 20),
    ];
    if statements.is_empty() {
        return writeln!(out, "No statements recorded yet.");
    }
    let rows: Vec<_> = statements.iter().map(row).collect();
    table::write(out, &COLUMNS, &rows)?;
    match since {
        Some(since) => writeln!(out, "\nRecorded since {}", clock::minute(since)),
        None => Ok(()),
    }
}

fn row(statement: &Statement) -> [String; 6] {
    let milliseconds = |time: f64| {
        if time < 1000.0 {
            format!("{time:.2} ms")
        } else {
            units::span(time / 1000.0)
        }
    };
    [
        units::number(statement.calls),
        milliseconds(statement.total_milliseconds),
        format!("{:.1} %", statement.share),
        milliseconds(statement.mean_milliseconds),
        milliseconds(statement.max_milliseconds),
        statement.query.clone(),
    ]
}
