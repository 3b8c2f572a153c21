//! The connections of an instance: made when they are needed, used again, and tested before that if they may be lost.

use std::fmt;
use std::io;
use std::ops::{Deref, DerefMut};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::{Duration, Instant};

use deadpool::managed::{
    Manager, Metrics, Object, Pool, PoolError, QueueMode, RecycleError, RecycleResult,
};
use sqlx::Connection as _;
use sqlx::postgres::{PgConnectOptions, PgConnection};
use tokio::time::{sleep, timeout};

use super::retry::sqlstate;
use super::trust::Trust;

/// Maximum time that a request waits for a connection of the pool, and for the row's turn before that.
pub(super) const ACQUIRE_TIMEOUT: Duration = Duration::from_secs(3);
const MAX_LIFETIME: Duration = Duration::from_mins(5);
pub(super) const PING_TIMEOUT: Duration = Duration::from_millis(500);
/// Pauses between attempts to connect to a server that is starting.
const PAUSES: (Duration, Duration) = (Duration::from_millis(10), Duration::from_millis(500));

/// Makes connections, and decides which of them are used again. sqlx's own pool would wait for an answer of the server
/// each time a connection is returned: a second round trip for each request.
pub(super) struct Connector {
    options: RwLock<Arc<PgConnectOptions>>,
    trust: Arc<Trust>,
}

impl fmt::Debug for Connector {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Connector").finish_non_exhaustive()
    }
}

/// A connection, and what is known about it.
#[derive(Debug)]
pub(super) struct Pooled {
    connection: PgConnection,
    opened_at: Instant,
    returned_at: Instant,
    is_tested: bool,
}

impl Connector {
    fn options(&self) -> Arc<PgConnectOptions> {
        let options = self.options.read();
        Arc::clone(&options.unwrap_or_else(PoisonError::into_inner))
    }
}

impl Manager for Connector {
    type Type = Pooled;
    type Error = sqlx::Error;

    /// Tries again until the caller gives up if the server is starting or has no free connection.
    async fn create(&self) -> sqlx::Result<Pooled> {
        let (mut pause, longest) = PAUSES;
        let connection = loop {
            // On the heap: it is large, and every request's future would have room for it.
            match Box::pin(PgConnection::connect_with(&self.options())).await {
                Err(error) if is_starting(&error) => sleep(pause).await,
                connected => break connected?,
            }
            pause = longest.min(pause * 2);
        };
        let now = Instant::now();
        Ok(Pooled {
            connection,
            opened_at: now,
            returned_at: now,
            is_tested: true,
        })
    }

    async fn recycle(&self, pooled: &mut Pooled, _: &Metrics) -> RecycleResult<sqlx::Error> {
        if pooled.opened_at.elapsed() > MAX_LIFETIME {
            return Err(RecycleError::message("the connection is old"));
        }
        let idle_for = pooled.returned_at.elapsed();
        if self.trust.has_given_up(idle_for) {
            return Err(RecycleError::message("the server did not answer another"));
        }
        pooled.is_tested = !self.trust.covers(idle_for);
        if !pooled.is_tested {
            return Ok(());
        }
        let Ok(answered) = timeout(PING_TIMEOUT, pooled.connection.ping()).await else {
            self.trust.give_up();
            return Err(RecycleError::message("the server does not answer"));
        };
        answered.inspect_err(|_| self.trust.doubt())?;
        Ok(())
    }
}

/// The server does not listen yet (connection refused), is starting (57P03), or has not noticed yet that other
/// connections were closed (53300).
fn is_starting(error: &sqlx::Error) -> bool {
    match error {
        sqlx::Error::Io(error) => error.kind() == io::ErrorKind::ConnectionRefused,
        error => matches!(sqlstate(error).as_deref(), Some("53300" | "57P03")),
    }
}

/// The pool of an instance.
#[derive(Clone, Debug)]
pub(super) struct Connections(Pool<Connector>);

impl Connections {
    /// An empty pool of at most `max` connections.
    pub(super) fn new(options: PgConnectOptions, max: u32, trust: Arc<Trust>) -> Self {
        let connector = Connector {
            options: RwLock::new(Arc::new(options)),
            trust,
        };
        let max = usize::try_from(max).unwrap_or(usize::MAX);
        // The connection that was returned last is the least likely to need a test.
        let pool = Pool::builder(connector)
            .max_size(max)
            .queue_mode(QueueMode::Lifo)
            .build();
        Self(pool.expect("a pool without time limits of its own needs no runtime"))
    }

    /// New connections are made with these options. Connections that exist stay.
    pub(super) fn connect_with(&self, options: PgConnectOptions) {
        let current = &self.0.manager().options;
        *current.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(options);
    }

    /// A connection for one request.
    ///
    /// # Errors
    /// [`sqlx::Error::PoolTimedOut`] after [`ACQUIRE_TIMEOUT`]; errors of the server that waiting does not remedy.
    pub(super) async fn lease(&self) -> sqlx::Result<Lease> {
        match timeout(ACQUIRE_TIMEOUT, self.0.get()).await {
            Ok(Ok(connection)) => Ok(Lease(Some(connection))),
            Ok(Err(PoolError::Backend(error))) => Err(error),
            Ok(Err(PoolError::Closed)) => Err(sqlx::Error::PoolClosed),
            Ok(Err(_)) | Err(_) => Err(sqlx::Error::PoolTimedOut),
        }
    }

    /// Number of open connections, and of those that are being opened.
    pub(super) fn size(&self) -> usize {
        self.0.status().size
    }

    /// Closes all idle connections.
    pub(super) async fn close_idle(&self) {
        for one in self.0.retain(|_, _| false).removed {
            // If closing takes longer, the connection is dropped: the server notices that, too.
            let _ = timeout(PING_TIMEOUT, one.connection.close()).await;
        }
    }
}

/// A connection on loan. Unless [`Lease::give_back`] is called, it is closed when the lease is dropped, and its place in
/// the pool is free at once.
///
/// A request can be dropped at any await: its deadline has passed, or its client has gone. The answer to what it had sent
/// would be taken for that of the next statement; and if the network has gone silent, it never comes.
#[derive(Debug)]
pub(super) struct Lease(Option<Object<Connector>>);

impl Lease {
    /// Whether the server answered on this connection when it was taken from the pool.
    pub(super) fn is_tested(&self) -> bool {
        self.pooled().is_tested
    }

    /// Returns the connection to the pool. The server must have answered everything that was sent; after an error, the
    /// driver reads the end of the answer (`ReadyForQuery`) before it sends the next statement.
    pub(super) fn give_back(mut self) {
        if let Some(mut connection) = self.0.take() {
            connection.returned_at = Instant::now();
        }
    }

    fn pooled(&self) -> &Pooled {
        self.0
            .as_ref()
            .expect("a lease has a connection until it is given back")
    }
}

impl Deref for Lease {
    type Target = PgConnection;

    fn deref(&self) -> &PgConnection {
        &self.pooled().connection
    }
}

impl DerefMut for Lease {
    fn deref_mut(&mut self) -> &mut PgConnection {
        let pooled = self.0.as_mut();
        &mut pooled
            .expect("a lease has a connection until it is given back")
            .connection
    }
}

impl Drop for Lease {
    fn drop(&mut self) {
        if let Some(connection) = self.0.take() {
            drop(Object::take(connection));
        }
    }
}
