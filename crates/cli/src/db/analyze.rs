//! `hallpass db analyze`: updates the planner statistics.

use std::time::Instant;

use hallpass_core::{Client, audit};
use serde::Serialize;
use serde_json::json;
use sqlx::postgres::PgConnection;
use sqlx::{AssertSqlSafe, Executor as _, query_file_as};
use time::OffsetDateTime;

use crate::clock;
use crate::environment::Environment;
use crate::failure::{Exit, Failure, database};
use crate::interrupt;
use crate::output::Output;
use crate::progress::Progress;
use crate::table::{self, number, text};
use crate::units;

#[derive(Debug)]
struct Stale {
    name: String,
    /// Name of the table, quoted if necessary.
    identifier: String,
    changed_rows: i64,
    analyzed_at: Option<OffsetDateTime>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Line {
    name: String,
    /// Number of rows changed since the last ANALYZE.
    changed_rows: i64,
    #[serde(with = "time::serde::rfc3339::option")]
    analyzed_at: Option<OffsetDateTime>,
    /// Duration of the ANALYZE; `None` in a dry run.
    milliseconds: Option<u64>,
}

pub(super) async fn run(
    environment: &Environment,
    output: Output,
    dry_run: bool,
) -> Result<Exit, Failure> {
    let (mut connection, address) = super::direct(environment).await?;
    let tables = query_file_as!(Stale, "src/db/sql/tables.sql")
        .fetch_all(&mut connection)
        .await
        .map_err(|error| database(&error))?;
    if tables.is_empty() {
        let detail = format!(
            "{} has no table that its role may analyze",
            address.variable
        );
        return Err(Failure::new(Exit::Failed, "nothing_to_analyze", detail)
            .next("set DATABASE_URL_UNPOOLED to the owner's direct connection; if there are no tables yet, run `hallpass migrate`"));
    }
    let mut lines = Vec::with_capacity(tables.len());
    let all = tables.len();
    for table in tables {
        let milliseconds = if dry_run {
            None
        } else {
            interrupt::set_interrupt_note(
                format!("{} of {all} tables were analyzed", lines.len()),
                "run the command again; it is safe to repeat",
            );
            Some(analyze(&mut connection, output, &table).await?)
        };
        lines.push(Line {
            name: table.name,
            changed_rows: table.changed_rows,
            analyzed_at: table.analyzed_at,
            milliseconds,
        });
    }
    if !dry_run {
        let names: Vec<_> = lines.iter().map(|line| line.name.as_str()).collect();
        let (client, details) = (Client::operator("db analyze"), json!({"tables": names}));
        audit::record(&mut connection, "tables_analyzed", "info", details, &client)
            .await
            .map_err(|error| database(&error))?;
    }
    answer(output, &address.address(), dry_run, &lines)?;
    Ok(Exit::Done)
}

async fn analyze(
    connection: &mut PgConnection,
    output: Output,
    table: &Stale,
) -> Result<u64, Failure> {
    let progress = Progress::begin(output, format!("analyzing {}", table.name));
    let began = Instant::now();
    // `regclass::text` is a quoted identifier, so it is safe to interpolate.
    let statement = AssertSqlSafe(format!("analyze {}", table.identifier));
    let analyzed = connection.execute(statement).await;
    analyzed.map_err(|error| database(&error))?;
    let took = u64::try_from(began.elapsed().as_millis()).unwrap_or(u64::MAX);
    progress.end(&format!("{took} ms"));
    Ok(took)
}

fn answer(output: Output, address: &str, dry_run: bool, lines: &[Line]) -> Result<(), Failure> {
    let json = json!({"database": address, "dryRun": dry_run, "tables": lines});
    output.answer(&json, |out| {
        if !dry_run {
            return writeln!(out, "Analyzed {} tables of {address}", lines.len());
        }
        let columns = [text("TABLE"), number("CHANGED ROWS"), text("LAST ANALYZED")];
        let rows: Vec<_> = lines
            .iter()
            .map(|line| {
                [
                    line.name.clone(),
                    units::number(line.changed_rows),
                    line.analyzed_at
                        .map_or_else(|| "never".to_owned(), clock::minute),
                ]
            })
            .collect();
        table::write(out, &columns, &rows)
    })?;
    Ok(())
}
