//! `hallpass backup create`: runs `pg_dump` and computes the manifest on the same snapshot.

use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::{Duration, Instant};

use hallpass_core::config::DatabaseConfig;
use hallpass_core::{Client, audit, schema};
use serde_json::json;
use sqlx::postgres::PgConnection;
use sqlx::{Executor as _, query};
use time::OffsetDateTime;
use time::macros::format_description;

use super::contents::Contents;
use super::digest;
use super::manifest::Manifest;
use super::partial::{Partial, cannot_write};
use super::programs::{self, Programs};
use super::server::{Server, schema_version};
use crate::cli::CreateBackupOptions;
use crate::environment::Environment;
use crate::failure::{Exit, Failure, database};
use crate::interrupt;
use crate::output::{Output, PLAIN};
use crate::progress::Progress;
use crate::shell::word;
use crate::units;

/// Interval of progress updates on a terminal.
const TICK: Duration = Duration::from_millis(250);

pub(super) async fn run(
    environment: &Environment,
    output: Output,
    options: &CreateBackupOptions,
) -> Result<Exit, Failure> {
    let begun = Instant::now();
    let config = environment.direct()?;
    let mut connection = schema::connect(&config).await?;
    let server = Server::of(&mut connection).await?;
    let version = schema_version(&mut connection).await?;
    let version = version.ok_or_else(|| no_schema(&config))?;
    let path = environment.get("PATH");
    let programs = Programs::find(path.as_deref(), server.major()).await?;
    let file = file(&options.out, config.database(), server.now);
    if options.dry_run {
        return dry_run(output, &config, &server, &programs, &file);
    }
    let cleared = "partial files were removed";
    interrupt::set_interrupt_note(cleared, "run the command again");
    let dump = Partial::begin(&file)?;
    let beside = Partial::begin(&Manifest::path_of(&file))?;
    let (contents, snapshot_at) = write(&mut connection, &config, &programs, &dump, output).await?;
    let written = |error| cannot_write(&file, &error);
    dump.sync().map_err(written)?;
    let (sha256, bytes) = digest::of_file(dump.path()).map_err(written)?;
    let manifest = Manifest {
        format: Manifest::FORM,
        snapshot_at,
        database: config.address(),
        hallpass_version: env!("CARGO_PKG_VERSION").to_owned(),
        schema_version: version,
        server_version: server.version.clone(),
        server_major: server.major(),
        program_major: programs.major,
        bytes,
        sha256,
        contents,
    };
    serde_json::to_writer_pretty(beside.handle()?, &manifest)
        .map_err(|error| cannot_write(&file, &error.into()))?;
    // The manifest gets its final name first: a backup file with its final name then has a manifest.
    beside.finish().map_err(written)?;
    dump.finish().map_err(written)?;
    interrupt::set_interrupt_note(
        "the backup is complete; its audit event may be missing",
        format!("verify it with `hallpass backup verify {}`", word(&file)),
    );
    record(&mut connection, &manifest, output).await?;
    answer(output, &file, &manifest, begun.elapsed())?;
    Ok(Exit::Done)
}

fn no_schema(config: &DatabaseConfig) -> Failure {
    let detail = format!("{} has no Hallpass schema to back up", config.address());
    Failure::new(Exit::DatabaseUnavailable, "not_migrated", detail).next(format!(
        "check the database in {}, or create the schema with `hallpass migrate`",
        config.variable
    ))
}

/// The given file, or a file in the given directory, named after the database and the time.
fn file(out: &Path, database: &str, now: OffsetDateTime) -> PathBuf {
    if !out.is_dir() {
        return out.to_owned();
    }
    let format = format_description!("[year][month][day]T[hour][minute][second]Z");
    let at = now.format(format).unwrap_or_default();
    let plain = |c: char| if c.is_ascii_alphanumeric() { c } else { '-' };
    let database: String = database.chars().map(plain).collect();
    let name = if database.starts_with("hallpass") {
        format!("{database}-{at}.dump")
    } else {
        format!("hallpass-{database}-{at}.dump")
    };
    if out == Path::new(".") {
        return name.into();
    }
    out.join(name)
}

/// Runs `pg_dump` while this connection reads the same snapshot.
async fn write(
    connection: &mut PgConnection,
    config: &DatabaseConfig,
    programs: &Programs,
    dump: &Partial,
    output: Output,
) -> Result<(Contents, OffsetDateTime), Failure> {
    let said = |error: sqlx::Error| database(&error);
    // Session commands cannot be a `query!`.
    connection
        .execute("set idle_in_transaction_session_timeout = 0; begin isolation level repeatable read, read only")
        .await
        .map_err(said)?;
    let snapshot = query!(r#"select pg_export_snapshot() as "id!", now() as "at!""#)
        .fetch_one(&mut *connection)
        .await
        .map_err(said)?;
    let mut run = programs.connected("pg_dump", config)?;
    run.command
        .args(["--format=custom", "--schema=hallpass", "--no-password"])
        .args(["--lock-wait-timeout=30s"])
        .arg(format!("--snapshot={}", snapshot.id))
        .stdout(Stdio::from(dump.handle()?));
    let child = run.command.spawn()?;
    let dumping = async {
        let output = child.wait_with_output().await?;
        if output.status.success() {
            return Ok(());
        }
        Err(programs::failed("pg_dump", &output.stderr, "dump_failed"))
    };
    let progress = Progress::begin(output, "backing up");
    let counting = async {
        let contents = Contents::read(connection, |_| {}).await;
        contents.map_err(|error| database(&error))
    };
    let work = async { tokio::try_join!(dumping, counting) };
    tokio::pin!(work);
    let mut tick = tokio::time::interval(TICK);
    let written = || units::bytes(i64::try_from(dump.length()).unwrap_or(i64::MAX));
    let ((), contents) = loop {
        tokio::select! {
            done = &mut work => break done?,
            _ = tick.tick() => progress.update(&format!("{} written", written())),
        }
    };
    progress.end(&format!("{} written", written()));
    Ok((contents, snapshot.at))
}

/// Records the backup and its SHA-256 in the audit log.
async fn record(
    connection: &mut PgConnection,
    manifest: &Manifest,
    output: Output,
) -> Result<(), Failure> {
    connection
        .execute("rollback")
        .await
        .map_err(|error| database(&error))?;
    let details = json!({"sha256": manifest.sha256, "rows": manifest.contents.rows()});
    let client = Client::operator("backup create");
    let recorded = audit::record(connection, "backup_created", "info", details, &client);
    if let Err(error) = recorded.await {
        output.remark(&format!(
            "the backup is complete, but its audit event was not recorded: {error}"
        ))?;
    }
    Ok(())
}

fn dry_run(
    output: Output,
    config: &DatabaseConfig,
    server: &Server,
    programs: &Programs,
    file: &Path,
) -> Result<Exit, Failure> {
    let json = json!({
        "dryRun": true,
        "file": file,
        "database": config.address(),
        "databaseBytes": server.database_bytes,
        "serverVersion": server.version,
        "programMajor": programs.major,
    });
    output.answer(&json, |out| {
        writeln!(
            out,
            "Would back up {} ({}, PostgreSQL {})\nto {} with pg_dump {}",
            config.address(),
            units::bytes(server.database_bytes),
            server.version,
            file.display(),
            programs.major
        )
    })?;
    Ok(Exit::Done)
}

fn answer(output: Output, file: &Path, manifest: &Manifest, took: Duration) -> Result<(), Failure> {
    let json = json!({
        "dryRun": false,
        "file": file,
        "manifest": Manifest::path_of(file),
        "seconds": took.as_secs_f64(),
        "bytes": manifest.bytes,
        "sha256": manifest.sha256,
        "rows": manifest.contents.rows(),
        "tables": manifest.contents.tables.len(),
    });
    output.answer(&json, |out| {
        writeln!(
            out,
            "Backed up {} rows of {} tables in {}",
            units::number(manifest.contents.rows()),
            manifest.contents.tables.len(),
            units::span(took.as_secs_f64())
        )?;
        let bytes = i64::try_from(manifest.bytes).unwrap_or(i64::MAX);
        writeln!(
            out,
            "  {PLAIN}{}{PLAIN:#} ({})",
            file.display(),
            units::bytes(bytes)
        )?;
        writeln!(out, "  {}", Manifest::path_of(file).display())
    })?;
    output.remark(&format!(
        "the backup contains all password hashes and e-mail addresses: protect it like the database, and \
         keep both files together on another machine. It does not contain HALLPASS_SECRET. Verify it with \
         `hallpass backup verify {}`",
        word(file)
    ))?;
    Ok(())
}
