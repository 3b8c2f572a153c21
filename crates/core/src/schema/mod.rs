//! The database schema: its migrations, which of them a database has, and the roles that use it.

mod binding;
mod indexes;
mod login;
mod password;
mod role;
mod scram;
mod server;
mod version;

use std::time::Duration;

use sqlx::migrate::{Migrate as _, Migrator};
use sqlx::postgres::{PgConnection, PgPoolOptions};
use sqlx::{Connection as _, Executor as _};

use crate::config::DatabaseConfig;
use crate::db::{Pooler, probe};

pub use binding::{Ownership, bind, empty_copy, ownership};
pub use indexes::{build_indexes, concurrent_indexes};
pub use login::{drop_login, ensure_login};
pub use role::{READER_ROLE, grant, privileges_of_others};
pub use server::{SUPPORTED_SERVERS, check_server, major_version};
pub use version::{applied, expected, version};

static MIGRATOR: Migrator = sqlx::migrate!("../../migrations");

/// The PostgreSQL schema that holds every object of Hallpass.
pub const SCHEMA: &str = "hallpass";

/// Where the applied migrations are recorded.
pub const MIGRATIONS_TABLE: &str = "hallpass._sqlx_migrations";

/// Puts the schema of the extension `pg_trgm` on the search path, because its operator classes are named without a
/// schema. Everything else is named with its schema, so that nothing in the role's own `search_path` can take its
/// place.
const SEARCH_PATH: &str = "
    select set_config('search_path', concat_ws(', ', 'pg_catalog', (
        select quote_ident(n.nspname)
        from pg_catalog.pg_extension e join pg_catalog.pg_namespace n on n.oid = e.extnamespace
        where e.extname = 'pg_trgm'
    ), 'public'), false)";

/// Key of the advisory lock. Any number will do that no other program uses in this database.
const LOCK: i64 = 0x6861_6c6c_7061_7373;

/// Why migrating failed.
#[derive(Debug, thiserror::Error)]
pub enum MigrateError {
    /// The address belongs to a transaction pooler.
    #[error("{0} leads to a transaction pooler, and migrations need the direct connection")]
    Pooled(&'static str),
    /// The server is older than every supported version.
    #[error(
        "the server is PostgreSQL {0}, and Hallpass needs PostgreSQL {oldest} or later",
        oldest = SUPPORTED_SERVERS.start()
    )]
    OldServer(String),
    /// The database's encoding is not UTF-8, so it cannot store every character.
    #[error("the database has the encoding {0}, but UTF8 is needed")]
    Encoding(String),
    /// Another migration is running and did not finish in time.
    #[error("another migration is running")]
    Busy,
    /// The database is unreachable or refused a statement.
    #[error("database error: {0}")]
    Database(#[from] sqlx::Error),
    /// A migration failed. Its changes were rolled back, or the next run completes them.
    #[error("migration {version} failed: {source}")]
    Failed {
        /// Number of the migration.
        version: i64,
        /// The database's error.
        source: sqlx::migrate::MigrateError,
    },
}

impl MigrateError {
    /// What to do next; `None` for errors of the database, which say more than we know.
    #[must_use]
    pub fn advice(&self) -> Option<&'static str> {
        match self {
            Self::Pooled(_) => Some("set DATABASE_URL_UNPOOLED to the direct connection"),
            Self::OldServer(_) => Some("upgrade the server, or use another one"),
            Self::Encoding(_) => Some("create a database with: encoding 'UTF8' template template0"),
            Self::Busy => Some("wait until it has finished, then run the command again"),
            Self::Failed { .. } => Some("fix the cause, then run the command again"),
            Self::Database(_) => None,
        }
    }
}

/// A migration of this release.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// Number of the migration: date and sequence.
    pub version: i64,
    /// Description, from the name of the file.
    pub description: String,
    /// SQL of the migration.
    pub sql: String,
}

fn steps() -> impl Iterator<Item = Step> {
    MIGRATOR.iter().map(|migration| Step {
        version: migration.version,
        description: migration.description.to_string(),
        sql: migration.sql.as_str().to_owned(),
    })
}

/// Opens the direct connection of an operator's command, with a timeout for locks.
///
/// # Errors
/// [`MigrateError::Pooled`], [`MigrateError::Database`].
pub async fn connect(config: &DatabaseConfig) -> Result<PgConnection, MigrateError> {
    let options = config.options.clone();
    let pool = PgPoolOptions::new()
        .max_connections(1)
        .acquire_timeout(Duration::from_secs(10))
        .connect_with(options.clone())
        .await?;
    let found = probe(&options, &mut *pool.acquire().await?).await?;
    pool.close().await;
    if found != Pooler::None {
        return Err(MigrateError::Pooled(config.variable));
    }
    let mut connection = PgConnection::connect_with(&options).await?;
    // While a migration waits for a lock, all later statements on that table wait behind it.
    connection
        .execute(
            "set lock_timeout = '5s'; set statement_timeout = 0; set client_min_messages = warning",
        )
        .await?;
    connection.execute(SEARCH_PATH).await?;
    // The server checks whether its client is still connected, so that a killed command leaves nothing running.
    let look = connection
        .execute("set client_connection_check_interval = '1s'")
        .await;
    match look {
        // Some operating systems do not support this setting.
        Ok(_) | Err(sqlx::Error::Database(_)) => Ok(connection),
        Err(error) => Err(error.into()),
    }
}

/// The migrations that a database lacks.
///
/// # Errors
/// [`MigrateError::Database`].
pub async fn pending(connection: &mut PgConnection) -> Result<Vec<Step>, MigrateError> {
    let applied = applied(connection).await?;
    Ok(steps()
        .filter(|step| !applied.contains(&step.version))
        .collect())
}

/// Applies the missing migrations in order. Calls `on_step` before each of them.
///
/// Only one process migrates at a time. What a killed run has left behind is removed first.
///
/// # Errors
/// See [`MigrateError`].
pub async fn migrate(
    connection: &mut PgConnection,
    mut on_step: impl FnMut(&Step),
) -> Result<Vec<Step>, MigrateError> {
    check_server(connection).await?;
    lock(connection).await?;
    let result = apply(connection, &mut on_step).await;
    sqlx::query("select pg_advisory_unlock($1)")
        .bind(LOCK)
        .execute(connection)
        .await?;
    result
}

async fn apply(
    connection: &mut PgConnection,
    on_step: &mut impl FnMut(&Step),
) -> Result<Vec<Step>, MigrateError> {
    let failed = |version, source| MigrateError::Failed { version, source };
    create_schema(connection).await?;
    connection
        .ensure_migrations_table(MIGRATIONS_TABLE)
        .await
        .map_err(|e| failed(0, e))?;
    // Before the first table exists, so that nobody can read it during the migrations; and after the last migration.
    role::revoke_from_others(connection).await?;
    clear_half_done(connection).await?;
    let pending = pending(connection).await?;
    // After a rollback, an older release finds newer migrations in the database.
    let mut migrator = Migrator {
        migrations: MIGRATOR.migrations.clone(),
        table_name: MIGRATIONS_TABLE.into(),
        ..Migrator::DEFAULT
    };
    migrator.set_ignore_missing(true).set_locking(false);
    for step in &pending {
        on_step(step);
        let applied = migrator.run_to(step.version, &mut *connection).await;
        applied.map_err(|source| failed(step.version, source))?;
    }
    role::revoke_from_others(connection).await?;
    Ok(pending)
}

/// Takes the lock that lets one process migrate at a time. It polls: a session that waits for the lock would count as
/// an open transaction, and the other process's CREATE INDEX CONCURRENTLY would wait for it in turn.
async fn lock(connection: &mut PgConnection) -> Result<(), MigrateError> {
    for _ in 0..600 {
        let locked: bool = sqlx::query_scalar("select pg_try_advisory_lock($1)")
            .bind(LOCK)
            .fetch_one(&mut *connection)
            .await?;
        if locked {
            return Ok(());
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    Err(MigrateError::Busy)
}

/// Removes what a killed or failed run has left: the invalid index of a CREATE INDEX CONCURRENTLY, and the record of a
/// failed migration without a transaction.
async fn clear_half_done(connection: &mut PgConnection) -> Result<(), MigrateError> {
    indexes::drop_invalid(connection).await?;
    connection
        .execute("delete from hallpass._sqlx_migrations where not success")
        .await?;
    Ok(())
}

/// Creates what the objects of a backup need: the schema, and the extension unless it is installed in some schema.
///
/// # Errors
/// Database errors.
pub async fn prepare(connection: &mut PgConnection) -> sqlx::Result<()> {
    create_schema(connection).await?;
    let extension = "create extension if not exists pg_trgm schema public";
    connection.execute(extension).await.map(|_| ())
}

/// Creates the schema. Checks first, because `create schema if not exists` needs a privilege on the database even if
/// the schema exists.
async fn create_schema(connection: &mut PgConnection) -> sqlx::Result<()> {
    let exists = "select to_regnamespace('hallpass') is not null";
    if sqlx::query_scalar(exists)
        .fetch_one(&mut *connection)
        .await?
    {
        return Ok(());
    }
    connection
        .execute("create schema if not exists hallpass")
        .await
        .map(|_| ())
}

/// A number that changes whenever a migration changes. It is part of the name of the tests' template database.
#[must_use]
pub fn fingerprint() -> u64 {
    MIGRATOR.iter().fold(0, |sum, migration| {
        migration.checksum.iter().fold(sum, |sum: u64, byte| {
            sum.wrapping_mul(31).wrapping_add(u64::from(*byte))
        })
    })
}
