//! PostgreSQL access for functions that may be frozen, thawed and killed at any time: one statement a call, and
//! a limited number of connections.

mod discovery;
mod login;
mod pooler;
mod retry;
mod statement;
mod stats;

use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant, SystemTime};

use sqlx::pool::PoolConnection;
use sqlx::postgres::{PgPoolOptions, PgRow};
use sqlx::query::Map;
use sqlx::{Connection as _, PgPool, Postgres};
use tokio::sync::OnceCell;

use crate::config::{Config, DatabaseConfig, PoolerMode};
use crate::keys::Keys;
use crate::{Error, Result};
use discovery::{Discovery, Questions};

pub(crate) use discovery::SharedDatabase;

pub use login::{APP_ROLE, Login, is_login};
pub use pooler::{Pooler, probe};
pub use retry::Idempotency;
pub(crate) use retry::sqlstate;
pub(crate) use statement::{Built, built};
pub use stats::{Stats, measure};

/// Maximum time that a request waits for a connection.
const ACQUIRE_TIMEOUT: Duration = Duration::from_secs(3);
/// How long an idle connection is kept.
pub const IDLE_TIMEOUT: Duration = Duration::from_secs(5);
const MAX_LIFETIME: Duration = Duration::from_mins(5);
/// A connection that was idle for longer is tested before use, because the instance may have been frozen.
const TRUSTED_IDLE: Duration = Duration::from_secs(1);
const PING_TIMEOUT: Duration = Duration::from_millis(500);

/// The connection pool of an instance, and how statements are sent through the pooler in front of the server.
#[derive(Debug)]
pub struct Db {
    pool: PgPool,
    config: DatabaseConfig,
    questions: Option<Questions>,
    found: OnceCell<Discovery>,
    unnamed: AtomicBool,
    /// Whether connections are made as the login role that is derived from the master secret.
    as_login: AtomicBool,
}

impl Db {
    /// The pool of a deployment. It checks which environment the database belongs to, and connects as the login
    /// role of the master secret if there is one. The operator's direct connection does neither.
    #[must_use]
    pub fn of(config: &Config, keys: &Keys) -> Self {
        let questions = (!config.database.is_direct).then(|| Questions::new(config, keys));
        Self {
            questions,
            ..Self::new(&config.database)
        }
    }

    /// An empty pool, which opens connections when they are needed.
    #[must_use]
    pub fn new(config: &DatabaseConfig) -> Self {
        let frozen = Mutex::new(Clocks::now());
        let pool = PgPoolOptions::new()
            .min_connections(0)
            .max_connections(config.max_connections)
            .acquire_timeout(ACQUIRE_TIMEOUT)
            // The driver enforces its own limits in a background task, which returns the connections that it
            // keeps as if they had just been used. A connection that broke during a freeze would look fresh.
            .idle_timeout(None)
            .max_lifetime(None)
            .test_before_acquire(false)
            .before_acquire(move |connection, meta| {
                let thawed = frozen.lock().is_ok_and(|mut clocks| clocks.jumped());
                Box::pin(async move {
                    if meta.age > MAX_LIFETIME {
                        return Ok(false);
                    }
                    if meta.idle_for < TRUSTED_IDLE && !thawed {
                        return Ok(true);
                    }
                    let ping = tokio::time::timeout(PING_TIMEOUT, connection.ping()).await;
                    Ok(matches!(ping, Ok(Ok(()))))
                })
            })
            .connect_lazy_with(config.options.clone());
        Self {
            pool,
            config: config.clone(),
            questions: None,
            found: OnceCell::new(),
            unnamed: AtomicBool::new(config.pooler == PoolerMode::Unnamed),
            as_login: AtomicBool::new(false),
        }
    }

    /// Opens the first connection and detects the pooler in front of the server.
    ///
    /// # Errors
    /// [`PoolerMismatch`] if the configuration names a pooler that tracks statements and this one does not. An
    /// unavailable database is no error here: each request reports it.
    pub async fn warm(&self) -> Result<(), PoolerMismatch> {
        let is_forgetful = self.acquire().await.is_ok() && self.unnamed.load(Ordering::Relaxed);
        if is_forgetful && self.config.pooler == PoolerMode::Named {
            return Err(PoolerMismatch);
        }
        Ok(())
    }

    /// A connection of the pool, after the instance has learnt what [`Discovery`] holds.
    async fn acquire(&self) -> sqlx::Result<PoolConnection<Postgres>> {
        let was_known = self.found.initialized();
        let mut connection = self.acquire_or_fall_back().await?;
        let found = self
            .found
            .get_or_try_init(|| self.discover(&mut connection));
        let found = match found.await {
            Ok(found) => found,
            Err(error) => {
                connection.close_on_drop();
                return Err(error);
            }
        };
        if let Some(environment) = &found.belongs_to {
            let shared = SharedDatabase(environment.clone());
            return Err(sqlx::Error::Configuration(shared.into()));
        }
        if found.as_login.is_some() && !was_known {
            // The connection was made before the login role was known, with the user of the URL.
            let _ = connection.close().await;
            return self.acquire_or_fall_back().await;
        }
        Ok(connection)
    }

    async fn discover(&self, connection: &mut PoolConnection<Postgres>) -> sqlx::Result<Discovery> {
        let pooler = discovery::find_pooler(&self.config, connection).await?;
        if pooler == Pooler::NoPreparedStatements {
            self.unnamed.store(true, Ordering::Relaxed);
        }
        let Some(questions) = &self.questions else {
            return Ok(Discovery {
                pooler,
                as_login: None,
                belongs_to: None,
            });
        };
        let found = questions.ask(&self.config, pooler, connection).await?;
        if let Some(login) = &found.as_login {
            self.pool.set_connect_options(login.options.clone());
            self.as_login.store(true, Ordering::Relaxed);
        }
        Ok(found)
    }

    /// A pooler may refuse a login role that exists but that it does not know. This must not stop the functions, so
    /// they continue with the user of the URL.
    async fn acquire_or_fall_back(&self) -> sqlx::Result<PoolConnection<Postgres>> {
        let error = match self.pool.acquire().await {
            Err(error) if discovery::is_refused_login(&error) => error,
            acquired => return acquired,
        };
        if !self.as_login.swap(false, Ordering::Relaxed) {
            return Err(error);
        }
        tracing::error!(%error, "the login role of this deployment is refused: connecting as the user of {}", self.config.variable);
        self.pool.set_connect_options(self.config.options.clone());
        self.pool.acquire().await
    }

    /// Runs a statement and returns all its rows.
    ///
    /// `make` builds the statement anew for each attempt. [`Idempotency`] decides what is retried.
    ///
    /// # Errors
    /// An outcome that the statement raised, [`Error::Unavailable`] or [`Error::Internal`].
    pub async fn fetch_all<'q, T, F, A>(
        &self,
        idempotency: Idempotency,
        make: impl Fn() -> Map<'q, Postgres, F, A> + Send,
    ) -> Result<Vec<T>>
    where
        T: Send + Unpin,
        F: FnMut(PgRow) -> sqlx::Result<T> + Send,
        A: sqlx::IntoArguments<Postgres> + Send + 'q,
    {
        let mut attempt = retry::Attempts::new(idempotency);
        loop {
            let error = match self.attempt(&make).await {
                Ok(rows) => return Ok(rows),
                Err(error) => error,
            };
            if retry::lost_its_statement(&error) && !self.unnamed.swap(true, Ordering::Relaxed) {
                tracing::error!(
                    "the pooler before the database does not keep prepared statements: going on without them; \
                     set DATABASE_POOLER=unnamed"
                );
                continue;
            }
            if !attempt.should_retry(&error).await {
                return Err(retry::outcome(error));
            }
        }
    }

    /// Runs a statement that returns at most one row.
    ///
    /// # Errors
    /// As [`Db::fetch_all`].
    pub async fn fetch_optional<'q, T, F, A>(
        &self,
        idempotency: Idempotency,
        make: impl Fn() -> Map<'q, Postgres, F, A> + Send,
    ) -> Result<Option<T>>
    where
        T: Send + Unpin,
        F: FnMut(PgRow) -> sqlx::Result<T> + Send,
        A: sqlx::IntoArguments<Postgres> + Send + 'q,
    {
        Ok(self.fetch_all(idempotency, make).await?.into_iter().next())
    }

    /// Runs a statement that always returns a row.
    ///
    /// # Errors
    /// As [`Db::fetch_all`].
    pub async fn fetch_one<'q, T, F, A>(
        &self,
        idempotency: Idempotency,
        make: impl Fn() -> Map<'q, Postgres, F, A> + Send,
    ) -> Result<T>
    where
        T: Send + Unpin,
        F: FnMut(PgRow) -> sqlx::Result<T> + Send,
        A: sqlx::IntoArguments<Postgres> + Send + 'q,
    {
        self.fetch_optional(idempotency, make)
            .await?
            .ok_or_else(|| Error::internal("a statement gave no row"))
    }

    async fn attempt<'q, T, F, A>(
        &self,
        make: &(impl Fn() -> Map<'q, Postgres, F, A> + Send),
    ) -> Result<Vec<T>, sqlx::Error>
    where
        T: Send + Unpin,
        F: FnMut(PgRow) -> sqlx::Result<T> + Send,
        A: sqlx::IntoArguments<Postgres> + Send + 'q,
    {
        let mut connection = self.acquire().await?;
        let started = Instant::now();
        let result = if self.unnamed.load(Ordering::Relaxed) {
            statement::in_transaction(&mut connection, make()).await
        } else {
            make().fetch_all(&mut *connection).await
        };
        stats::record(started.elapsed());
        if result.as_ref().is_err_and(retry::spoils_connection) {
            connection.close_on_drop();
        }
        result
    }

    /// The connection pooler in front of the server, as far as it is known. The first statement detects it.
    #[must_use]
    pub fn pooler(&self) -> Pooler {
        if self.unnamed.load(Ordering::Relaxed) {
            Pooler::NoPreparedStatements
        } else {
            self.found.get().map_or(Pooler::None, |found| found.pooler)
        }
    }

    /// Number of open connections and number of idle connections.
    #[must_use]
    pub fn size(&self) -> (u32, usize) {
        (self.pool.size(), self.pool.num_idle())
    }

    /// Closes all idle connections.
    pub async fn close_idle(&self) {
        while let Some(connection) = self.pool.try_acquire() {
            // If closing takes longer, the connection is dropped: the server notices that, too.
            let _ = tokio::time::timeout(PING_TIMEOUT, connection.close()).await;
        }
    }

    /// Closes all connections. Waits at most `limit` for those in use.
    pub async fn close(&self, limit: Duration) {
        // The driver itself would wait without a limit.
        let _ = tokio::time::timeout(limit, self.pool.close()).await;
    }
}

/// A pooler without prepared statements, although the configuration says that it tracks them.
#[derive(Debug, thiserror::Error)]
#[error(
    "the pooler before the database does not keep prepared statements, but DATABASE_POOLER=named says so: \
     set DATABASE_POOLER=unnamed, or max_prepared_statements in PgBouncer 1.21 or later"
)]
pub struct PoolerMismatch;

/// The monotonic and the wall clock, which drift apart while the instance is frozen.
struct Clocks {
    monotonic: Instant,
    wall: SystemTime,
}

impl Clocks {
    #[expect(
        clippy::disallowed_methods,
        reason = "compares two clocks; nothing is decided by the time itself"
    )]
    fn now() -> Self {
        Self {
            monotonic: Instant::now(),
            wall: SystemTime::now(),
        }
    }

    /// Whether the wall clock has advanced further than the monotonic one since the last call.
    fn jumped(&mut self) -> bool {
        let now = Self::now();
        let ticked = now.monotonic.duration_since(self.monotonic);
        let passed = now.wall.duration_since(self.wall).unwrap_or(TRUSTED_IDLE);
        *self = now;
        passed.saturating_sub(ticked) >= TRUSTED_IDLE
    }
}
