//! Progress of a restore, recorded in the database with the SHA-256 of the backup.
//!
//! Until the last step, the comment on the migrations table contains the SHA-256 of the file. The rows cannot identify
//! the backup, because a migration may have changed them after they were compared.

use hallpass_core::config::DatabaseConfig;
use sqlx::postgres::PgConnection;
use sqlx::{AssertSqlSafe, Executor as _, query, query_file_scalar, query_scalar};

use super::manifest::Manifest;
use super::target;
use crate::failure::{Exit, Failure, database};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stage {
    /// The schema is empty.
    Empty,
    /// All rows are restored, except those of `settings`.
    Loaded,
    /// All rows are restored and compared with the manifest; sessions are valid from infinity on.
    Closed,
    /// The database is in use.
    InUse,
}

const NOTE: &str = "being restored from a backup with SHA-256 ";

/// # Errors
/// The query fails.
pub(super) async fn reached(connection: &mut PgConnection) -> Result<Stage, Failure> {
    if target::in_the_way(connection).await?.is_empty() {
        return Ok(Stage::Empty);
    }
    let said = |error: sqlx::Error| database(&error);
    let is_ours = query_scalar!(
        r#"select to_regclass('hallpass.settings') is not null
            and to_regclass('hallpass.sessions') is not null as "is_ours!""#
    );
    let is_ours = is_ours.fetch_one(&mut *connection).await.map_err(said)?;
    if !is_ours {
        return Ok(Stage::InUse);
    }
    let stage = query_file_scalar!("src/backup/sql/stage.sql")
        .fetch_one(connection)
        .await
        .map_err(said)?;
    Ok(match stage.as_str() {
        "loaded" => Stage::Loaded,
        "closed" => Stage::Closed,
        _ => Stage::InUse,
    })
}

/// Blocks all sessions and records the backup. The caller's transaction has compared all contents.
///
/// # Errors
/// The database refuses a statement.
pub(super) async fn close(
    connection: &mut PgConnection,
    manifest: &Manifest,
) -> Result<(), Failure> {
    let said = |error: sqlx::Error| database(&error);
    query!("update hallpass.settings set sessions_valid_from = 'infinity'")
        .execute(&mut *connection)
        .await
        .map_err(said)?;
    // COMMENT takes no parameters. Safe to interpolate: this is the SHA-256 of a file that was read, in hexadecimal
    // digits.
    let digest = &manifest.sha256;
    let note = format!("comment on table hallpass._sqlx_migrations is '{NOTE}{digest}'");
    let noted = connection.execute(AssertSqlSafe(note)).await;
    noted.map(|_| ()).map_err(said)
}

/// Removes the recorded SHA-256, in the last transaction.
///
/// # Errors
/// The database refuses the statement.
pub(super) async fn forget(connection: &mut PgConnection) -> sqlx::Result<()> {
    // Not a `query!`: the server analyzes COMMENT only when it executes it, so nothing could be checked.
    let forget = "comment on table hallpass._sqlx_migrations is null";
    connection.execute(forget).await.map(|_| ())
}

/// # Errors
/// The database contains the rows of another backup.
pub(super) async fn is_of_this_backup(
    connection: &mut PgConnection,
    config: &DatabaseConfig,
    manifest: &Manifest,
) -> Result<(), Failure> {
    let note =
        query_scalar!("select obj_description('hallpass._sqlx_migrations'::regclass, 'pg_class')");
    let note = note
        .fetch_one(connection)
        .await
        .map_err(|error| database(&error))?;
    let digest = note.as_deref().and_then(|note| note.strip_prefix(NOTE));
    if digest == Some(manifest.sha256.as_str()) {
        return Ok(());
    }
    Err(another(config))
}

/// The error if the database contains the rows of another backup.
pub(super) fn another(config: &DatabaseConfig) -> Failure {
    let detail = format!(
        "{} contains rows that an earlier run restored from another backup",
        config.address()
    );
    Failure::new(Exit::Conflict, "not_empty", detail)
        .next("restore into a new database, or run the command with the earlier file")
}
