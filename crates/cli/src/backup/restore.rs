//! `hallpass backup restore`: restores a backup into a database without the schema `hallpass`, and ends all sessions.
//!
//! A backup does not contain revocations that were made after it. So no session is active until the last step: at first
//! `settings` has no row, and then sessions are valid from infinity on. The last step allows new sessions; the sessions
//! of the backup stay ended. If a restore is interrupted at any point, the next run continues it.

use std::path::Path;
use std::time::Instant;

use hallpass_core::config::DatabaseConfig;
use hallpass_core::{Client, audit, schema};
use serde_json::json;
use sqlx::postgres::PgConnection;
use sqlx::{
    AssertSqlSafe, Connection as _, Executor as _, query_file, query_file_scalar, query_scalar,
};
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use super::archive::{self, Load};
use super::contents::Contents;
use super::manifest::Manifest;
use super::programs::Programs;
use super::server::Server;
use super::stage::{self, Stage};
use super::{proof, requirements, target};
use crate::cli::RestoreBackupOptions;
use crate::clock;
use crate::confirm::confirm;
use crate::environment::Environment;
use crate::failure::{Exit, Failure, database};
use crate::interrupt;
use crate::migrate::role;
use crate::output::{Output, PLAIN};
use crate::progress::Progress;
use crate::units;

struct Restore<'a> {
    file: &'a Path,
    manifest: Manifest,
    config: DatabaseConfig,
    connection: PgConnection,
    programs: Programs,
    output: Output,
}

pub(super) async fn run(
    environment: &Environment,
    output: Output,
    options: &RestoreBackupOptions,
) -> Result<Exit, Failure> {
    let begun = Instant::now();
    let file = options.file.as_path();
    let manifest = Manifest::read(file)?;
    let into = target::named(environment, "--into", options.into.as_deref())?;
    let config = into.ok_or_else(|| {
        let detail = "no target database was given";
        Failure::configuration(detail).next(format!(
            "name an empty database with `--into URL`, or in {} if its URL contains a password",
            target::VARIABLE
        ))
    })?;
    let mut connection = schema::connect(&config).await?;
    let programs = suitable(environment, &mut connection, &manifest).await?;
    let stage = stage::reached(&mut connection).await?;
    match stage {
        Stage::Empty | Stage::Loaded => {}
        Stage::Closed => stage::is_of_this_backup(&mut connection, &config, &manifest).await?,
        Stage::InUse => target::must_be_empty(&mut connection, &config).await?,
    }
    requirements::check(&mut connection).await?;
    proof::bytes(output, file, &manifest)?;
    if options.dry_run {
        return dry_run(output, &config, &manifest);
    }
    confirm(options.yes, &question(&config, &manifest)).await?;
    let mut restore = Restore {
        file,
        manifest,
        config,
        connection,
        programs,
        output,
    };
    restore.load(stage).await?;
    let applied = restore.bring_up_to_date(environment).await?;
    let ended = restore.open().await?;
    interrupt::set_interrupt_note(
        "everything was restored; only the planner statistics are missing",
        "run `hallpass db analyze` with the URL of this database in DATABASE_URL_UNPOOLED",
    );
    let analyzing = Progress::begin(output, "analyzing");
    analyze(&mut restore.connection)
        .await
        .map_err(|error| database(&error))?;
    analyzing.end("done");
    answer(&restore, &ended, applied, begun)?;
    Ok(Exit::Done)
}

/// Analyzes only the tables of Hallpass, because the database may be shared with another application.
async fn analyze(connection: &mut PgConnection) -> sqlx::Result<()> {
    let analyze = query_scalar!(
        r#"select 'analyze ' || string_agg(c.oid::regclass::text, ', ') as "analyze!"
        from pg_class c
        where c.relnamespace = 'hallpass'::regnamespace and c.relkind = 'r'"#
    );
    let analyze = analyze.fetch_one(&mut *connection).await?;
    // `regclass::text` is a quoted identifier, so it is safe to interpolate.
    connection.execute(AssertSqlSafe(analyze)).await.map(|_| ())
}

/// Finds programs that are suitable for the file and the server.
///
/// # Errors
/// No suitable program is installed, or the server is older than that of the backup.
pub(super) async fn suitable(
    environment: &Environment,
    connection: &mut PgConnection,
    manifest: &Manifest,
) -> Result<Programs, Failure> {
    let server = Server::of(connection).await?;
    if server.major() < manifest.server_major {
        let detail = format!(
            "the backup is from PostgreSQL {}, but this server runs {}",
            manifest.server_version, server.version
        );
        return Err(Failure::new(Exit::Invalid, "older_server", detail)
            .next("restore to a server of the same or a later major version"));
    }
    let path = environment.get("PATH");
    Programs::find(path.as_deref(), manifest.program_major).await
}

fn question(config: &DatabaseConfig, manifest: &Manifest) -> String {
    format!(
        "This restores {} rows as of {} into {}. Later changes are lost: passwords, roles and \
         deactivations return to that state. Everybody has to sign in again.",
        units::number(manifest.contents.rows()),
        clock::minute(manifest.snapshot_at),
        config.address()
    )
}

impl Restore<'_> {
    /// Restores all rows except that of `settings`, so that no session is active.
    async fn load(&mut self, from: Stage) -> Result<(), Failure> {
        let progress = Progress::begin(self.output, "restoring");
        if from == Stage::Empty {
            interrupt::set_interrupt_note("the database is unchanged", "run the command again");
            requirements::create(&mut self.connection).await?;
            let load = Load::AllButSettings;
            archive::load(&self.programs, self.file, &self.config, load).await?;
            progress.end("all rows restored");
        } else {
            progress.end("continuing an interrupted run");
        }
        interrupt::set_interrupt_note(
            "the rows were restored, but nobody can sign in yet; do not use this database",
            "run the command again with the same file to continue",
        );
        let progress = Progress::begin(self.output, "comparing with the manifest");
        if from == Stage::Closed {
            progress.end("already done by the interrupted run");
            return Ok(());
        }
        requirements::build_indexes(&mut self.connection, &self.manifest).await?;
        self.close(from).await?;
        progress.end("rows, checksums, constraints, indexes, triggers and functions match");
        Ok(())
    }

    /// Loads the settings, compares all contents with the manifest, and blocks all sessions, in one transaction.
    async fn close(&mut self, from: Stage) -> Result<(), Failure> {
        let said = |error: sqlx::Error| database(&error);
        let mut transaction = self.connection.begin().await.map_err(said)?;
        archive::load_settings(&self.programs, self.file, &mut transaction).await?;
        let found = Contents::read(&mut transaction, |_| {}).await;
        let compared = proof::contents(&found.map_err(said)?, &self.manifest);
        if from == Stage::Loaded && compared.is_err() {
            return Err(stage::another(&self.config));
        }
        compared?;
        stage::close(&mut transaction, &self.manifest).await?;
        transaction.commit().await.map_err(said)
    }

    /// Migrates to the schema of this release, and grants the privileges, which are not part of a backup.
    async fn bring_up_to_date(&mut self, environment: &Environment) -> Result<usize, Failure> {
        let progress = Progress::begin(self.output, "migrating");
        let applied = schema::migrate(&mut self.connection, |_| {}).await?;
        let role =
            role::grant(&mut self.connection, &self.config, environment, self.output).await?;
        let migrations = match applied.len() {
            0 => "nothing to migrate".to_owned(),
            1 => "1 migration applied".to_owned(),
            many => format!("{many} migrations applied"),
        };
        progress.end(&format!("{migrations}; {}", role.in_short()));
        Ok(applied.len())
    }

    /// The last step: allows new sessions. The sessions and one-time links of the backup stay invalid, even if the
    /// clock of this server is behind that of the source.
    async fn open(&mut self) -> Result<Opened, Failure> {
        let said = |error: sqlx::Error| database(&error);
        let mut transaction = self.connection.begin().await.map_err(said)?;
        let live = query_scalar!(
            r#"select count(*) as "live!" from hallpass.sessions
            where revoked_at is null and idle_expires_at > now() and expires_at > now()"#
        );
        let live = live.fetch_one(&mut *transaction).await.map_err(said)?;
        let valid_from = query_file_scalar!("src/backup/sql/open.sql")
            .fetch_one(&mut *transaction)
            .await
            .map_err(said)?;
        query_file!("src/backup/sql/revoke_restored.sql")
            .execute(&mut *transaction)
            .await
            .map_err(said)?;
        stage::forget(&mut transaction).await.map_err(said)?;
        let details = json!({
            "snapshotAt": rfc3339(self.manifest.snapshot_at),
            "sha256": self.manifest.sha256,
            "sessions": live,
        });
        let client = Client::operator("backup restore");
        let event = "database_restored";
        audit::record(&mut transaction, event, "critical", details, &client)
            .await
            .map_err(said)?;
        transaction.commit().await.map_err(said)?;
        Ok(Opened { live, valid_from })
    }
}

struct Opened {
    live: i64,
    valid_from: OffsetDateTime,
}

fn dry_run(output: Output, config: &DatabaseConfig, manifest: &Manifest) -> Result<Exit, Failure> {
    let json = json!({
        "dryRun": true,
        "database": config.address(),
        "rows": manifest.contents.rows(),
        "snapshotAt": rfc3339(manifest.snapshot_at),
    });
    output.answer(&json, |out| {
        writeln!(
            out,
            "Would restore {} rows as of {} into {}",
            units::number(manifest.contents.rows()),
            clock::minute(manifest.snapshot_at),
            config.address()
        )
    })?;
    Ok(Exit::Done)
}

fn answer(
    restore: &Restore<'_>,
    opened: &Opened,
    applied: usize,
    begun: Instant,
) -> Result<(), Failure> {
    let manifest = &restore.manifest;
    let seconds = begun.elapsed().as_secs_f64();
    let age = (opened.valid_from - manifest.snapshot_at).as_seconds_f64();
    let json = json!({
        "dryRun": false,
        "database": restore.config.address(),
        "rows": manifest.contents.rows(),
        "snapshotAt": rfc3339(manifest.snapshot_at),
        "secondsLost": age,
        "seconds": seconds,
        "migrationsApplied": applied,
        "sessionsEnded": opened.live,
        "sessionsValidFrom": rfc3339(opened.valid_from),
    });
    restore.output.answer(&json, |out| {
        writeln!(
            out,
            "Restored {} rows into {PLAIN}{}{PLAIN:#} in {}",
            units::number(manifest.contents.rows()),
            restore.config.address(),
            units::span(seconds)
        )?;
        writeln!(
            out,
            "  as of {}; changes of the {} since then are lost",
            clock::second(manifest.snapshot_at),
            units::span(age.max(0.0))
        )?;
        writeln!(
            out,
            "  ended {} sessions and all one-time links: everybody has to sign in again",
            units::number(opened.live)
        )
    })?;
    restore.output.remark(
        "passwords, roles and deactivations are those of the backup. A leaked password that was \
         changed since then is valid again, and a user who was deactivated since then is active again. \
         Check these accounts, then point the functions at this database and run `hallpass doctor`",
    )?;
    Ok(())
}

fn rfc3339(at: OffsetDateTime) -> String {
    at.format(&Rfc3339).unwrap_or_default()
}
