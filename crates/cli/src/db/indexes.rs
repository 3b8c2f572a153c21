//! `hallpass db indexes`: unused, invalid and duplicate indexes.

use std::io;

use hallpass_core::db::{Db, Idempotency};
use serde::Serialize;
use serde_json::json;
use sqlx::{query, query_file_as};
use time::OffsetDateTime;

use crate::clock;
use crate::failure::{Exit, Failure};
use crate::output::{BAD, FAIR, GOOD, Output, wrapped};
use crate::table::{self, Column, flexible, number, text};
use crate::units;

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Index {
    name: String,
    #[serde(rename = "table")]
    on_table: String,
    is_valid: bool,
    is_unique: bool,
    bytes: i64,
    /// Number of index scans since the statistics were reset.
    scans: i64,
    is_unused: bool,
    duplicate_of: Option<String>,
}

pub(super) async fn run(db: &Db, output: Output) -> Result<Exit, Failure> {
    let indexes = db.fetch_all(Idempotency::Idempotent, || {
        query_file_as!(Index, "src/db/sql/indexes.sql")
    });
    let indexes = indexes.await?;
    let since = db.fetch_one(Idempotency::Idempotent, || {
        query!(
            "select coalesce(stats_reset, pg_postmaster_start_time()) as since
            from pg_stat_database where datname = current_database()"
        )
        .map(|row| row.since)
    });
    let since = since.await?;
    let json = json!({
        "since": since.map(|at| at.format(&time::format_description::well_known::Rfc3339).unwrap_or_default()),
        "indexes": indexes,
    });
    output.answer(&json, |out| show(out, &indexes, since))?;
    let is_breached = indexes
        .iter()
        .any(|index| !index.is_valid || index.duplicate_of.is_some());
    Ok(if is_breached {
        Exit::Breach
    } else {
        Exit::Done
    })
}

fn show(
    out: &mut dyn io::Write,
    indexes: &[Index],
    since: Option<OffsetDateTime>,
) -> io::Result<()> {
    const COLUMNS: [Column; 5] = [
        text("INDEX"),
        text("TABLE"),
        number("SIZE"),
        number("SCANS"),
        flexible("FINDINGS", 12),
    ];
    if indexes.is_empty() {
        return writeln!(
            out,
            "No indexes. Run `hallpass migrate` to create the schema."
        );
    }
    let rows: Vec<_> = indexes
        .iter()
        .map(|index| {
            [
                index.name.clone(),
                index.on_table.clone(),
                units::bytes(index.bytes),
                units::number(index.scans),
                finding(index),
            ]
        })
        .collect();
    table::write(out, &COLUMNS, &rows)?;
    if let Some(since) = since {
        writeln!(out, "\nScans counted since {}", clock::minute(since))?;
    }
    advise(out, indexes)
}

fn finding(index: &Index) -> String {
    let mut findings = Vec::new();
    if !index.is_valid {
        findings.push("invalid".to_owned());
    }
    if let Some(other) = &index.duplicate_of {
        findings.push(format!("duplicate of {other}"));
    }
    if index.is_unused {
        findings.push("unused".to_owned());
    }
    findings.join(", ")
}

fn advise(out: &mut dyn io::Write, indexes: &[Index]) -> io::Result<()> {
    for index in indexes {
        let name = &index.name;
        let (style, advice) = if !index.is_valid {
            let advice = format!("run as the owner: `reindex index concurrently hallpass.{name}`");
            (BAD, advice)
        } else if index.duplicate_of.is_some() {
            let advice = format!("run as the owner: `drop index concurrently hallpass.{name}`");
            (BAD, advice)
        } else {
            continue;
        };
        writeln!(out, "{style}→{style:#} {}", wrapped(&advice, 2))?;
    }
    let unused = indexes.iter().filter(|index| index.is_unused);
    match unused.map(|index| index.bytes).sum::<i64>() {
        0 => writeln!(out, "{GOOD}No unused indexes.{GOOD:#}"),
        bytes => {
            let text = format!(
                "unused indexes take {}. Do not drop an index that a migration creates: a page of the \
                 console that nobody has opened yet may need it",
                units::bytes(bytes)
            );
            writeln!(out, "{FAIR}note:{FAIR:#} {}", wrapped(&text, 6))
        }
    }
}
