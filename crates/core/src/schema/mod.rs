//! The schema: its migrations, which of them a database has, and the role that the functions use.

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

pub use binding::{Standing, bind, empty_copy, standing};
pub use indexes::{build_indexes, concurrent_indexes};
pub use login::{drop_login, ensure_login};
pub use role::{PRIVILEGES_OF_OTHERS, READER_ROLE, grant};
pub use server::{SUPPORTED_SERVERS, check_server, major_version};
pub use version::{applied, expected, version};

static MIGRATOR: Migrator = sqlx::migrate!("../../migrations");

/// The PostgreSQL schema that holds every object of Hallpass.
pub const SCHEMA: &str = "hallpass";

/// Where the applied migrations are recorded.
pub const MIGRATIONS_TABLE: &str = "hallpass._sqlx_migrations";

/// Operator classes of `pg_trgm` are found in whatever schema the extension was installed in. Everything else is named
/// with its schema, so nothing in the role's own `search_path` can take its place.
const SEARCH_PATH: &str = "
    select set_config('search_path', concat_ws(', ', 'pg_catalog', (
        select quote_ident(n.nspname)
        from pg_catalog.pg_extension e join pg_catalog.pg_namespace n on n.oid = e.extnamespace
        where e.extname = 'pg_trgm'
    ), 'public'), false)";

/// Any number will do, as long as no other program takes it in this database.
const LOCK: i64 = 0x6861_6c6c_7061_7373;

/// Why migrating stopped.
#[derive(Debug, thiserror::Error)]
pub enum MigrateError {
    /// The address leads to a transaction pooler.
    #[error(
        "{0} leads to a transaction pooler; migrations need the direct connection: set DATABASE_URL_UNPOOLED"
    )]
    Pooled(&'static str),
    /// The server is older than every supported release.
    #[error(
        "the server is PostgreSQL {0}, and Hallpass needs PostgreSQL {oldest} or later: upgrade it, or use another server",
        oldest = SUPPORTED_SERVERS.start()
    )]
    OldServer(String),
    /// The database cannot hold every character.
    #[error(
        "the database has the encoding {0}, but UTF8 is needed: create one with encoding 'UTF8' template template0"
    )]
    Encoding(String),
    /// Another migrator is at work and did not finish in time.
    #[error("another migration is under way; wait for it, then run this again")]
    Busy,
    /// The database does not answer or refuses.
    #[error("the database refuses: {0}")]
    Database(#[from] sqlx::Error),
    /// A migration failed; what it did is undone, or is finished by the next run.
    #[error("migration {version} failed: {source}. Mend the cause and run this again")]
    Failed {
        /// The migration's number.
        version: i64,
        /// What the database said.
        source: sqlx::migrate::MigrateError,
    },
}

/// A migration and whether it has been applied.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// Its number: date and sequence.
    pub version: i64,
    /// What it is about.
    pub description: String,
    /// Its SQL.
    pub sql: String,
}

fn steps() -> impl Iterator<Item = Step> {
    MIGRATOR.iter().map(|migration| Step {
        version: migration.version,
        description: migration.description.to_string(),
        sql: migration.sql.as_str().to_owned(),
    })
}

/// The direct connection of an operator's command, with an end to waiting for locks.
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
    // A migration that waits for a lock makes everybody behind it wait, too.
    connection
        .execute(
            "set lock_timeout = '5s'; set statement_timeout = 0; set client_min_messages = warning",
        )
        .await?;
    connection.execute(SEARCH_PATH).await?;
    // Whoever is interrupted or killed leaves nothing running: the server looks whether its client is there.
    let look = connection
        .execute("set client_connection_check_interval = '1s'")
        .await;
    match look {
        // Not on every system that a server runs on.
        Ok(_) | Err(sqlx::Error::Database(_)) => Ok(connection),
        Err(error) => Err(error.into()),
    }
}

/// The migrations that a database does not have yet.
///
/// # Errors
/// [`MigrateError::Database`].
pub async fn pending(connection: &mut PgConnection) -> Result<Vec<Step>, MigrateError> {
    let applied = applied(connection).await?;
    Ok(steps()
        .filter(|step| !applied.contains(&step.version))
        .collect())
}

/// Applies what is missing, one migration after the other. `on_step` hears of each before it runs.
///
/// Only one migrator works at a time. What a killed run left half done is cleared away first.
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
    // Before the first table is there, so that nobody can read it while the migrations go on; and after the last one.
    role::revoke_from_others(connection).await?;
    clear_half_done(connection).await?;
    let pending = pending(connection).await?;
    // An older release finds newer migrations in the database: that is what a rollback looks like.
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

/// One migrator at a time. Asked for again and again: a lock that is waited for would count as an open
/// transaction, for which CREATE INDEX CONCURRENTLY of the other one waits in turn.
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

/// A killed CREATE INDEX CONCURRENTLY leaves an invalid index; a failed migration outside a transaction,
/// a note that it failed.
async fn clear_half_done(connection: &mut PgConnection) -> Result<(), MigrateError> {
    indexes::drop_invalid(connection).await?;
    connection
        .execute("delete from hallpass._sqlx_migrations where not success")
        .await?;
    Ok(())
}

/// Creates what the objects of a backup need: the schema, and the extension, which stays where it is if it is installed.
///
/// # Errors
/// What the database says.
pub async fn prepare(connection: &mut PgConnection) -> sqlx::Result<()> {
    create_schema(connection).await?;
    let extension = "create extension if not exists pg_trgm schema public";
    connection.execute(extension).await.map(|_| ())
}

/// `create schema if not exists` asks for a privilege on the database even where the schema exists.
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

/// A number that changes with every change of a migration: names the tests' template database.
#[must_use]
pub fn fingerprint() -> u64 {
    MIGRATOR.iter().fold(0, |sum, migration| {
        migration.checksum.iter().fold(sum, |sum: u64, byte| {
            sum.wrapping_mul(31).wrapping_add(u64::from(*byte))
        })
    })
}
