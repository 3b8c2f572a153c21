//! The database server of the data sets.

use std::path::Path;

use hallpass_platform::{Postgres, PostgresBuilder};
use sqlx::{Connection as _, PgConnection};

use crate::Result;

/// Name of the database.
pub(super) const DATABASE: &str = "hallpass";
/// Buffers of the server, at most. Hosts give a database a quarter of the machine's memory.
const BUFFERS_MAX: u64 = 4096;

/// Settings of the finished data set: those of a usual server, and what the measurement reads.
const MEASURED: [(&str, &str); 9] = [
    ("fsync", "on"),
    ("full_page_writes", "on"),
    ("autovacuum", "on"),
    ("max_wal_size", "4GB"),
    (
        "shared_preload_libraries",
        "pg_stat_statements,auto_explain",
    ),
    ("pg_stat_statements.track_planning", "on"),
    // Plans go into a file of their own, as JSON.
    ("logging_collector", "on"),
    ("log_destination", "stderr,jsonlog"),
    ("log_filename", "server"),
];
/// Settings while rows are written. A failure of the machine would damage the data set, which can be made again.
const GENERATING: [(&str, &str); 3] = [
    ("fsync", "off"),
    ("full_page_writes", "off"),
    ("autovacuum", "off"),
];

/// A server whose data stays in this directory, with an empty database if it is new.
pub(super) async fn start(directory: &Path) -> Result<Postgres> {
    with_settings(Postgres::in_directory(directory)).await
}

/// A server whose data is deleted at the end.
pub(super) async fn temporary() -> Result<Postgres> {
    with_settings(Postgres::temporary()).await
}

async fn with_settings(mut builder: PostgresBuilder) -> Result<Postgres> {
    for (name, value) in MEASURED.iter().chain(&GENERATING) {
        builder = builder.setting(name, value);
    }
    builder = builder.setting("shared_buffers", &format!("{}MB", buffers()));
    Ok(builder.start().await?)
}

/// Restarts the server with usual settings.
pub(super) async fn finish(server: &mut Postgres) -> Result<()> {
    // Otherwise the shutdown would have to write everything in ten seconds.
    server.execute("postgres", "checkpoint").await?;
    for (name, value) in MEASURED {
        server.set(name, value);
    }
    Ok(server.restart().await?)
}

/// The superuser's URL of the database. Creates the database if it is missing.
pub(super) async fn database(server: &Postgres) -> Result<String> {
    let url = server.superuser_url(DATABASE);
    if let Ok(connection) = PgConnection::connect(&url).await {
        connection.close().await?;
        return Ok(url);
    }
    server
        .execute("postgres", format!("create database {DATABASE}"))
        .await?;
    Ok(url)
}

/// A quarter of the memory, in mebibytes.
fn buffers() -> u64 {
    let text = std::fs::read_to_string("/proc/meminfo").unwrap_or_default();
    let total = text.lines().find_map(|line| {
        let kibibytes = line.strip_prefix("MemTotal:")?.trim().strip_suffix(" kB")?;
        kibibytes.parse::<u64>().ok()
    });
    total.map_or(1024, |kibibytes| {
        (kibibytes / 1024 / 4).clamp(128, BUFFERS_MAX)
    })
}
