//! PostgreSQL access for functions that may be frozen, thawed and killed at any time: one statement a call, and
//! a limited number of connections.

mod discovery;
mod login;
mod pool;
mod pooler;
mod retry;
mod row;
mod statement;
mod stats;
mod trust;

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use sqlx::Postgres;
use sqlx::postgres::{PgConnection, PgRow};
use sqlx::query::Map;
use tokio::sync::OnceCell;
use tokio::time::{sleep, timeout};

use crate::config::{Config, DatabaseConfig, PoolerMode};
use crate::keys::Keys;
use crate::{Error, Result};
use discovery::{Discovery, Questions};
use pool::{ACQUIRE_TIMEOUT, Connections, Lease};
use retry::Failure;
use row::Rows;
use trust::Trust;

pub(crate) use discovery::SharedDatabase;

pub use login::{APP_ROLE, Login, is_login};
pub use pooler::{Pooler, probe};
pub use retry::Idempotency;
pub(crate) use retry::sqlstate;
pub(crate) use row::locking;
pub(crate) use statement::{Built, built};
pub use stats::{Stats, measure};

/// Pause between two checks whether connections are still in use.
const RECHECK: Duration = Duration::from_millis(10);
/// How often a request sends its statement again because the pooler has lost a named one: connections that were in use
/// when that was noticed still have theirs.
const RESTARTS: u32 = 3;
/// How long an idle connection is kept.
pub const IDLE_TIMEOUT: Duration = Duration::from_secs(5);
/// Time limit of an idempotent statement on a connection that was not tested before: half of a request's time, so that
/// another connection has as long. The slowest lists at ten million users take 2.5 s. The driver does not give access to
/// the socket, so neither `TCP_USER_TIMEOUT` nor keepalive can tell a silent network from a slow statement; and both
/// would miss a proxy that still acknowledges.
const UNTESTED_TIMEOUT: Duration = Duration::from_secs(4);

/// The connection pool of an instance, and how statements are sent through the pooler in front of the server.
#[derive(Debug)]
pub struct Db {
    pool: Connections,
    config: DatabaseConfig,
    questions: Option<Questions>,
    found: OnceCell<Discovery>,
    unnamed: AtomicBool,
    trust: Arc<Trust>,
    rows: Rows,
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
        let trust = Arc::new(Trust::new());
        let options = config.options.clone();
        let pool = Connections::new(options, config.max_connections, Arc::clone(&trust));
        Self {
            pool,
            config: config.clone(),
            questions: None,
            found: OnceCell::new(),
            unnamed: AtomicBool::new(config.pooler == PoolerMode::Unnamed),
            trust,
            rows: Rows::new(config.max_connections),
            as_login: AtomicBool::new(false),
        }
    }

    /// Opens the first connection and detects the pooler in front of the server.
    ///
    /// # Errors
    /// [`PoolerMismatch`] if the configuration names a pooler that tracks statements and this one does not. An
    /// unavailable database is no error here: each request reports it.
    pub async fn warm(&self) -> Result<(), PoolerMismatch> {
        let connection = self.acquire().await;
        let is_unnamed = connection.is_ok() && self.unnamed.load(Ordering::Relaxed);
        if let Ok(connection) = connection {
            connection.give_back();
        }
        if is_unnamed && self.config.pooler == PoolerMode::Named {
            return Err(PoolerMismatch);
        }
        Ok(())
    }

    /// A connection of the pool, after the instance has learnt what [`Discovery`] holds.
    async fn acquire(&self) -> sqlx::Result<Lease> {
        let was_known = self.found.initialized();
        let mut connection = self.acquire_or_fall_back().await?;
        let found = self
            .found
            .get_or_try_init(|| async {
                // All requests of the instance wait for the one that asks.
                timeout(ACQUIRE_TIMEOUT, self.discover(&mut connection))
                    .await
                    .unwrap_or(Err(sqlx::Error::PoolTimedOut))
            })
            .await?;
        if let Some(environment) = &found.belongs_to {
            connection.give_back();
            let shared = SharedDatabase(environment.clone());
            return Err(sqlx::Error::Configuration(shared.into()));
        }
        if found.as_login.is_some() && !was_known {
            // The connection was made before the login role was known, with the user of the URL.
            drop(connection);
            return self.acquire_or_fall_back().await;
        }
        Ok(connection)
    }

    async fn discover(&self, connection: &mut PgConnection) -> sqlx::Result<Discovery> {
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
            self.pool.connect_with(login.options.clone());
            self.as_login.store(true, Ordering::Relaxed);
        }
        Ok(found)
    }

    /// A pooler may refuse a login role that exists but that it does not know. This must not stop the functions, so
    /// they continue with the user of the URL.
    async fn acquire_or_fall_back(&self) -> sqlx::Result<Lease> {
        let error = match self.pool.lease().await {
            Err(error) if discovery::is_refused_login(&error) => error,
            acquired => return acquired,
        };
        if !self.as_login.swap(false, Ordering::Relaxed) {
            return Err(error);
        }
        tracing::error!(%error, "the login role of this deployment is refused: connecting as the user of {}", self.config.variable);
        self.pool.connect_with(self.config.options.clone());
        self.pool.lease().await
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
        let mut restarts = 0;
        loop {
            let failure = match self.attempt(idempotency, &make).await {
                Ok(rows) => return Ok(rows),
                Err(failure) => failure,
            };
            if failure.lost_the_connection() {
                self.trust.doubt();
            }
            if retry::lost_its_statement(&failure.error) && restarts < RESTARTS {
                restarts += 1;
                self.go_on_without_named_statements().await;
                continue;
            }
            if !attempt.should_retry(&failure).await {
                return Err(retry::outcome(failure.error));
            }
        }
    }

    /// The pooler has lost a named statement. Open connections would send theirs again.
    async fn go_on_without_named_statements(&self) {
        if !self.unnamed.swap(true, Ordering::Relaxed) {
            tracing::error!(
                "the pooler before the database does not keep prepared statements: going on without them; \
                 set DATABASE_POOLER=unnamed"
            );
        }
        self.pool.close_idle().await;
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
        idempotency: Idempotency,
        make: &(impl Fn() -> Map<'q, Postgres, F, A> + Send),
    ) -> Result<Vec<T>, Failure>
    where
        T: Send + Unpin,
        F: FnMut(PgRow) -> sqlx::Result<T> + Send,
        A: sqlx::IntoArguments<Postgres> + Send + 'q,
    {
        let turn = self.rows.turn(ACQUIRE_TIMEOUT).await;
        let _turn = turn.map_err(Failure::before_sending)?;
        let mut connection = self.acquire().await.map_err(Failure::before_sending)?;
        // The operator's statements may take as long as they need.
        let is_limited = idempotency == Idempotency::Idempotent
            && !connection.is_tested()
            && !self.config.is_direct;
        let started = Instant::now();
        let statement = async {
            if self.unnamed.load(Ordering::Relaxed) {
                statement::in_transaction(&mut connection, make()).await
            } else {
                make().fetch_all(&mut *connection).await
            }
        };
        let result = if is_limited {
            timeout(UNTESTED_TIMEOUT, statement)
                .await
                .unwrap_or_else(|_| Err(sqlx::Error::Io(io::ErrorKind::TimedOut.into())))
        } else {
            statement.await
        };
        stats::record(started.elapsed());
        if !result.as_ref().is_err_and(retry::spoils_connection) {
            connection.give_back();
        }
        result.map_err(Failure::after_sending)
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

    /// Number of open connections, and of those that are being opened.
    #[must_use]
    pub fn size(&self) -> usize {
        self.pool.size()
    }

    /// Closes all idle connections.
    pub async fn close_idle(&self) {
        self.pool.close_idle().await;
    }

    /// Closes all connections when no further request comes. Waits at most `limit` for those in use.
    pub async fn close(&self, limit: Duration) {
        let closed = async {
            loop {
                self.pool.close_idle().await;
                if self.pool.size() == 0 {
                    break;
                }
                sleep(RECHECK).await;
            }
        };
        let _ = timeout(limit, closed).await;
    }
}

/// A pooler without prepared statements, although the configuration says that it tracks them.
#[derive(Debug, thiserror::Error)]
#[error(
    "the pooler before the database does not keep prepared statements, but DATABASE_POOLER=named says so: \
     set DATABASE_POOLER=unnamed, or max_prepared_statements in PgBouncer 1.21 or later"
)]
pub struct PoolerMismatch;
