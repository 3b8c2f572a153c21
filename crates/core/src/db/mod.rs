//! Postgres for functions that are frozen, thawed and killed at will: one statement a call, capped connections.

mod pooler;
mod retry;
mod statement;
mod stats;

use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant, SystemTime};

use sqlx::postgres::{PgConnectOptions, PgConnection, PgPoolOptions, PgRow};
use sqlx::query::Map;
use sqlx::{Connection as _, PgPool, Postgres};
use tokio::sync::OnceCell;

use crate::config::{DatabaseConfig, PoolerMode};
use crate::{Error, Result};

pub use pooler::{Pooler, probe};
pub use retry::Effect;
pub(crate) use statement::{Built, built};
pub use stats::{Stats, measure};

/// How long a request waits for a connection.
const ACQUIRE_TIMEOUT: Duration = Duration::from_secs(3);
/// How long an unused connection is kept.
pub const IDLE_TIMEOUT: Duration = Duration::from_secs(5);
const MAX_LIFETIME: Duration = Duration::from_mins(5);
/// A connection unused for longer is asked whether it lives: the instance may have been frozen.
const TRUSTED_IDLE: Duration = Duration::from_secs(1);
const PING_TIMEOUT: Duration = Duration::from_millis(500);

/// The pool of an instance, and how statements must be sent through what stands before the server.
#[derive(Debug)]
pub struct Db {
    pool: PgPool,
    options: PgConnectOptions,
    mode: PoolerMode,
    found: OnceCell<Pooler>,
    unnamed: AtomicBool,
}

impl Db {
    /// A pool that holds nothing yet.
    #[must_use]
    pub fn new(config: &DatabaseConfig) -> Self {
        let frozen = Mutex::new(Clocks::now());
        let pool = PgPoolOptions::new()
            .min_connections(0)
            .max_connections(config.max_connections)
            .acquire_timeout(ACQUIRE_TIMEOUT)
            // No limits of the driver's own: it enforces them in a background task, which hands the
            // connections it spares back as if they had just been used. What had died in a freeze
            // would look fresh.
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
            options: config.options.clone(),
            mode: config.pooler,
            found: OnceCell::new(),
            unnamed: AtomicBool::new(config.pooler == PoolerMode::Unnamed),
        }
    }

    /// Opens the first connection and finds out what stands before the server.
    ///
    /// # Errors
    /// [`Misfit`] where the configuration names a pooler that tracks statements and this one does not.
    /// That the database is away is no error here: each request will say so.
    pub async fn warm(&self) -> Result<(), Misfit> {
        let Ok(mut connection) = self.pool.acquire().await else {
            return Ok(());
        };
        match self.find_pooler(&mut connection).await {
            Ok(()) if self.mode == PoolerMode::Named && self.unnamed.load(Ordering::Relaxed) => {
                Err(Misfit)
            }
            _ => Ok(()),
        }
    }

    /// Looks once, over a connection that is there already: who waited for one here would wait in a
    /// line while the database is away, each for as long as it takes to find that out.
    async fn find_pooler(&self, connection: &mut PgConnection) -> Result<(), sqlx::Error> {
        if self.mode == PoolerMode::Unnamed || pooler::tracks_by_name(&self.options) {
            return Ok(());
        }
        let find = async {
            let found = pooler::probe(&self.options, connection).await?;
            if found == Pooler::Forgetful {
                self.unnamed.store(true, Ordering::Relaxed);
            }
            Ok(found)
        };
        self.found.get_or_try_init(|| find).await.map(|_| ())
    }

    /// Runs one statement and gives all its rows.
    ///
    /// `make` builds the statement, again for each attempt. What is tried again follows from
    /// `effect`: see [`Effect`].
    ///
    /// # Errors
    /// A product outcome that the statement raised, or [`Error::Unavailable`], or [`Error::Internal`].
    pub async fn fetch_all<'q, T, F, A>(
        &self,
        effect: Effect,
        make: impl Fn() -> Map<'q, Postgres, F, A> + Send,
    ) -> Result<Vec<T>>
    where
        T: Send + Unpin,
        F: FnMut(PgRow) -> sqlx::Result<T> + Send,
        A: sqlx::IntoArguments<Postgres> + Send + 'q,
    {
        let mut attempt = retry::Attempts::new(effect);
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
            if !attempt.another(&error).await {
                return Err(retry::outcome(error));
            }
        }
    }

    /// Runs one statement that gives at most one row.
    ///
    /// # Errors
    /// As [`Db::fetch_all`].
    pub async fn fetch_optional<'q, T, F, A>(
        &self,
        effect: Effect,
        make: impl Fn() -> Map<'q, Postgres, F, A> + Send,
    ) -> Result<Option<T>>
    where
        T: Send + Unpin,
        F: FnMut(PgRow) -> sqlx::Result<T> + Send,
        A: sqlx::IntoArguments<Postgres> + Send + 'q,
    {
        Ok(self.fetch_all(effect, make).await?.into_iter().next())
    }

    /// Runs one statement that always gives a row.
    ///
    /// # Errors
    /// As [`Db::fetch_all`].
    pub async fn fetch_one<'q, T, F, A>(
        &self,
        effect: Effect,
        make: impl Fn() -> Map<'q, Postgres, F, A> + Send,
    ) -> Result<T>
    where
        T: Send + Unpin,
        F: FnMut(PgRow) -> sqlx::Result<T> + Send,
        A: sqlx::IntoArguments<Postgres> + Send + 'q,
    {
        self.fetch_optional(effect, make)
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
        let mut connection = self.pool.acquire().await?;
        if let Err(error) = self.find_pooler(&mut connection).await {
            connection.close_on_drop();
            return Err(error);
        }
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

    /// What stands before the server, as far as it is known: after the first statement it is.
    #[must_use]
    pub fn pooler(&self) -> Pooler {
        if self.unnamed.load(Ordering::Relaxed) {
            Pooler::Forgetful
        } else if pooler::tracks_by_name(&self.options) {
            Pooler::Tracking
        } else {
            self.found.get().copied().unwrap_or(Pooler::None)
        }
    }

    /// Connections open and connections idle.
    #[must_use]
    pub fn size(&self) -> (u32, usize) {
        (self.pool.size(), self.pool.num_idle())
    }

    /// Gives back the connections that nobody uses.
    pub async fn close_idle(&self) {
        while let Some(connection) = self.pool.try_acquire() {
            // The server notices a connection that goes away without a word, too.
            let _ = tokio::time::timeout(PING_TIMEOUT, connection.close()).await;
        }
    }

    /// Closes every connection, waiting at most `limit` for those in use.
    pub async fn close(&self, limit: Duration) {
        // The driver waits without a limit of its own.
        let _ = tokio::time::timeout(limit, self.pool.close()).await;
    }
}

/// A pooler that forgets prepared statements, where the configuration says that it keeps them.
#[derive(Debug, thiserror::Error)]
#[error(
    "the pooler before the database does not keep prepared statements, but DATABASE_POOLER=named says so: \
     set DATABASE_POOLER=unnamed, or max_prepared_statements in PgBouncer 1.21 or later"
)]
pub struct Misfit;

/// Two clocks that drift apart while the instance is frozen.
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

    /// Whether the wall clock went further than the monotonic one since the last call.
    fn jumped(&mut self) -> bool {
        let now = Self::now();
        let ticked = now.monotonic.duration_since(self.monotonic);
        let passed = now.wall.duration_since(self.wall).unwrap_or(TRUSTED_IDLE);
        *self = now;
        passed.saturating_sub(ticked) >= TRUSTED_IDLE
    }
}
