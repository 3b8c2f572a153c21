//! `hallpass db sizes`: sizes of tables, indexes and TOAST data, and row counts.

use std::io;

use hallpass_core::db::{Db, Idempotency};
use serde::Serialize;
use serde_json::json;
use sqlx::{query, query_file_as};
use time::OffsetDateTime;

use crate::clock;
use crate::failure::{Exit, Failure};
use crate::output::Output;
use crate::table::{self, Column, number, text};
use crate::units;

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Size {
    pub(crate) name: String,
    /// `None` before the first ANALYZE.
    rows_estimated: Option<i64>,
    dead_rows: i64,
    table_bytes: i64,
    index_bytes: i64,
    toast_bytes: i64,
    total_bytes: i64,
    #[serde(with = "time::serde::rfc3339::option")]
    analyzed_at: Option<OffsetDateTime>,
}

impl Size {
    /// Including indexes and TOAST data.
    pub(crate) const fn total_bytes(&self) -> i64 {
        self.total_bytes
    }
}

/// Sizes of all tables, and the size of the database in bytes.
pub(crate) async fn measure(db: &Db) -> Result<(Vec<Size>, i64), Failure> {
    let tables = db.fetch_all(Idempotency::Idempotent, || {
        query_file_as!(Size, "src/db/sql/sizes.sql")
    });
    let tables = tables.await?;
    let database = db.fetch_one(Idempotency::Idempotent, || {
        query!(r#"select pg_database_size(current_database()) as "bytes!""#).map(|row| row.bytes)
    });
    Ok((tables, database.await?))
}

pub(super) async fn run(db: &Db, output: Output) -> Result<Exit, Failure> {
    let (tables, database) = measure(db).await?;
    let json = json!({"tables": tables, "databaseBytes": database});
    output.answer(&json, |out| show(out, &tables, database))?;
    Ok(Exit::Done)
}

fn show(out: &mut dyn io::Write, tables: &[Size], database: i64) -> io::Result<()> {
    const COLUMNS: [Column; 8] = [
        text("TABLE"),
        number("ROWS"),
        number("DEAD ROWS"),
        number("DATA"),
        number("INDEXES"),
        number("TOAST"),
        number("TOTAL"),
        text("LAST ANALYZED"),
    ];
    if tables.is_empty() {
        writeln!(
            out,
            "No tables. Run `hallpass migrate` to create the schema."
        )?;
    } else {
        let rows: Vec<_> = tables.iter().map(row).collect();
        table::write(out, &COLUMNS, &rows)?;
    }
    let total = units::bytes(database);
    writeln!(out, "\nDatabase size: {total}. Row counts are estimates.")
}

fn row(size: &Size) -> [String; 8] {
    let unknown = || "unknown".to_owned();
    [
        size.name.clone(),
        size.rows_estimated.map_or_else(unknown, units::number),
        units::number(size.dead_rows),
        units::bytes(size.table_bytes),
        units::bytes(size.index_bytes),
        units::bytes(size.toast_bytes),
        units::bytes(size.total_bytes),
        size.analyzed_at
            .map_or_else(|| "never".to_owned(), clock::day),
    ]
}
