//! `hallpass backup verify`: restores a backup into a scratch database and compares it with the manifest.

use std::path::Path;
use std::time::Instant;

use hallpass_core::config::DatabaseConfig;
use hallpass_core::schema;
use serde_json::json;
use sqlx::error::DatabaseError;
use sqlx::postgres::PgConnection;
use sqlx::{AssertSqlSafe, Connection as _, Executor as _, query_scalar};
use time::format_description::well_known::Rfc3339;
use uuid::Uuid;

use super::archive::{self, Load};
use super::contents::Contents;
use super::manifest::Manifest;
use super::programs::Programs;
use super::restore::suitable;
use super::server::schema_version;
use super::{proof, requirements, target};
use crate::cli::VerifyBackupOptions;
use crate::clock;
use crate::drill;
use crate::environment::Environment;
use crate::failure::{Exit, Failure, database};
use crate::interrupt::Interrupt;
use crate::output::{GOOD, Output};
use crate::progress::Progress;
use crate::units;

/// Prefix of the names of scratch databases.
const SCRATCH: &str = "hallpass_verify_";
/// SQLSTATE that the triggers of the audit log raise.
const APPEND_ONLY: &str = "HP405";

pub(super) async fn run(
    environment: &Environment,
    output: Output,
    options: &VerifyBackupOptions,
    interrupt: &mut Interrupt,
) -> Result<Exit, Failure> {
    let manifest = Manifest::read(&options.file)?;
    let Some(server) = target::named(environment, "--on", options.on.as_deref())? else {
        // In a checkout, the drill starts a temporary server and runs this command again with that server.
        if options.dry_run {
            drill::is_there()?;
            proof::bytes(output, &options.file, &manifest)?;
            return would(output, &options.file, &manifest, None);
        }
        return drill::verify(&options.file, output, interrupt).await;
    };
    let begun = Instant::now();
    proof::bytes(output, &options.file, &manifest)?;
    let mut connection = schema::connect(&server).await?;
    let programs = suitable(environment, &mut connection, &manifest).await?;
    let entries = archive::entries(&archive::list(&programs, &options.file).await?);
    left_behind(&mut connection, output).await?;
    requirements::extension(&mut connection).await?;
    if options.dry_run {
        may_make_databases(&mut connection).await?;
        return would(output, &options.file, &manifest, Some(&server));
    }
    let name = format!("{SCRATCH}{:08x}", Uuid::new_v4().as_fields().0);
    execute(
        &mut connection,
        format!("create database {name} template template0"),
    )
    .await?;
    let scratch = server.with_database(&name);
    let proving = prove(output, &programs, &options.file, &manifest, &scratch);
    let proved = interrupt.unless(proving).await;
    let dropped = drop_database(&mut connection, &name).await;
    if dropped.is_err() && proved.is_err() {
        output.remark(&format!(
            "the scratch database was not dropped; drop it with `drop database {name}`"
        ))?;
    }
    proved?;
    dropped?;
    answer(output, &options.file, &manifest, entries, begun)?;
    Ok(Exit::Done)
}

/// Drops a scratch database, even if autovacuum is at work in it. `force` fails then, because autovacuum runs as a
/// superuser, whose sessions only a superuser may end. Without `force`, the server stops autovacuum itself, and waits five
/// seconds for other sessions.
async fn drop_database(connection: &mut PgConnection, name: &str) -> Result<(), Failure> {
    let drop = format!("drop database if exists {name}");
    match execute(connection, format!("{drop} with (force)")).await {
        Err(_) => execute(connection, drop).await,
        dropped => dropped,
    }
}

/// Restores the backup and compares the restored contents with the manifest.
async fn prove(
    output: Output,
    programs: &Programs,
    file: &Path,
    manifest: &Manifest,
    scratch: &DatabaseConfig,
) -> Result<(), Failure> {
    let said = |error: sqlx::Error| database(&error);
    let progress = Progress::begin(output, "restoring into a scratch database");
    let mut connection = schema::connect(scratch).await?;
    requirements::create(&mut connection).await?;
    archive::load(programs, file, scratch, Load::Everything).await?;
    requirements::build_indexes(&mut connection, manifest).await?;
    progress.end("done");
    let progress = Progress::begin(output, "comparing");
    let found = Contents::read(&mut connection, |table| progress.update(table)).await;
    let found = found.map_err(said)?;
    proof::contents(&found, manifest)?;
    let version = schema_version(&mut connection).await?;
    if version != Some(manifest.schema_version) {
        let version = version.map_or("none".to_owned(), |version| version.to_string());
        let detail = format!(
            "the restored schema has version {version} instead of {}",
            manifest.schema_version
        );
        return Err(
            Failure::new(Exit::Failed, "backup_damaged", detail).next("create a new backup")
        );
    }
    is_append_only(&mut connection).await?;
    progress.end("matches the manifest");
    connection.close().await.map_err(said)
}

/// Checks that the triggers which make the audit log append-only fire.
async fn is_append_only(connection: &mut PgConnection) -> Result<(), Failure> {
    // Not a `query!`: the server analyzes TRUNCATE only when it executes it.
    let refused = connection.execute("truncate hallpass.audit_events").await;
    let code = refused
        .as_ref()
        .err()
        .and_then(sqlx::Error::as_database_error);
    if code.and_then(DatabaseError::code).as_deref() == Some(APPEND_ONLY) {
        return Ok(());
    }
    Err(Failure::new(
        Exit::Failed,
        "backup_damaged",
        "the audit log of the restored database is not append-only: its triggers do not fire",
    )
    .next("create a new backup"))
}

/// Reports the scratch databases of runs that were killed.
async fn left_behind(connection: &mut PgConnection, output: Output) -> Result<(), Failure> {
    let names = query_scalar!(
        r#"select datname::text as "name!" from pg_database d
        where starts_with(datname::text, $1)
            and not exists (select from pg_stat_activity a where a.datid = d.oid)"#,
        SCRATCH
    )
    .fetch_all(connection)
    .await
    .map_err(|error| database(&error))?;
    for name in names {
        output.remark(&format!(
            "{name} was left behind by a killed run; unless another run is using it, drop it with `drop database {name}`"
        ))?;
    }
    Ok(())
}

async fn may_make_databases(connection: &mut PgConnection) -> Result<(), Failure> {
    let may = query_scalar!(
        r#"select rolcreatedb or rolsuper as "may!" from pg_roles where rolname = current_user"#
    );
    let may = may.fetch_one(connection).await;
    if may.map_err(|error| database(&error))? {
        return Ok(());
    }
    let detail = "the role cannot create a scratch database on that server";
    Err(Failure::new(Exit::Failed, "not_permitted", detail)
        .next("use a role with CREATEDB, or another server"))
}

/// Describes what a run would do, on this server or on a temporary one.
fn would(
    output: Output,
    file: &Path,
    manifest: &Manifest,
    server: Option<&DatabaseConfig>,
) -> Result<Exit, Failure> {
    let (rows, tables) = (manifest.contents.rows(), manifest.contents.tables.len());
    let address = server.map(DatabaseConfig::address);
    let json = json!({"dryRun": true, "file": file, "server": address, "rows": rows});
    output.answer(&json, |out| {
        let server = address.as_deref().unwrap_or("a temporary server");
        writeln!(
            out,
            "Would restore {} rows of {tables} tables\ninto a scratch database on {server}, compare them, and drop it",
            units::number(rows)
        )
    })?;
    Ok(Exit::Done)
}

/// Executes a statement. Interpolated identifiers consist of letters, digits and underscores.
async fn execute(connection: &mut PgConnection, sql: String) -> Result<(), Failure> {
    let done = connection.execute(AssertSqlSafe(sql)).await;
    done.map(|_| ()).map_err(|error| database(&error))
}

fn answer(
    output: Output,
    file: &Path,
    manifest: &Manifest,
    entries: usize,
    begun: Instant,
) -> Result<(), Failure> {
    let seconds = begun.elapsed().as_secs_f64();
    let json = json!({
        "dryRun": false,
        "file": file,
        "isSound": true,
        "snapshotAt": manifest.snapshot_at.format(&Rfc3339).unwrap_or_default(),
        "database": manifest.database,
        "schemaVersion": manifest.schema_version,
        "rows": manifest.contents.rows(),
        "tables": manifest.contents.tables,
        "objects": manifest.contents.objects.len(),
        "archiveEntries": entries,
        "seconds": seconds,
    });
    output.answer(&json, |out| {
        writeln!(out, "{GOOD}valid{GOOD:#}  {}", file.display())?;
        writeln!(
            out,
            "       {} as of {}, schema {}",
            manifest.database,
            clock::second(manifest.snapshot_at),
            manifest.schema_version
        )?;
        writeln!(
            out,
            "       {} rows of {} tables, {} constraints, indexes, triggers and functions",
            units::number(manifest.contents.rows()),
            manifest.contents.tables.len(),
            manifest.contents.objects.len()
        )?;
        writeln!(
            out,
            "       restored and compared in {}",
            units::span(seconds)
        )
    })?;
    Ok(())
}
