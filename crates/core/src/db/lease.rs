//! A connection on loan from the pool, which goes back only if nothing is left unanswered on it.

use std::ops::{Deref, DerefMut};
use std::time::Duration;

use sqlx::Postgres;
use sqlx::pool::PoolConnection;
use sqlx::postgres::PgConnection;
use tokio::runtime::Handle;
use tokio::time::timeout;

/// Time limit for the driver's test of a connection that goes back to the pool.
const RETURN_TIMEOUT: Duration = Duration::from_secs(1);

/// A connection of the pool. Unless [`Lease::give_back`] is called, it is closed when the lease is dropped, and its
/// place in the pool is free at once.
///
/// A request can be dropped at any await: its deadline has passed, or its client has gone. The driver by itself would
/// wait without a limit until the server has answered what was sent, and would occupy the place in the pool for so
/// long. If the network has gone silent, the answer never comes, and a few such requests would use up the pool.
#[derive(Debug)]
pub(super) struct Lease {
    connection: PoolConnection<Postgres>,
    is_tested: bool,
    is_reusable: bool,
}

impl Lease {
    /// `is_tested`: the server has answered on this connection just now.
    pub(super) fn new(connection: PoolConnection<Postgres>, is_tested: bool) -> Self {
        Self {
            connection,
            is_tested,
            is_reusable: false,
        }
    }

    /// Whether the server answered on this connection when it was taken from the pool.
    pub(super) const fn is_tested(&self) -> bool {
        self.is_tested
    }

    /// Returns the connection to the pool. The server must have answered everything that was sent.
    pub(super) fn give_back(mut self) {
        self.is_reusable = true;
    }
}

impl Deref for Lease {
    type Target = PgConnection;

    fn deref(&self) -> &PgConnection {
        &self.connection
    }
}

impl DerefMut for Lease {
    fn deref_mut(&mut self) -> &mut PgConnection {
        &mut self.connection
    }
}

impl Drop for Lease {
    fn drop(&mut self) {
        // Dropping this future, before or while it runs, closes the socket and frees the place in the pool.
        let returned = self.connection.return_to_pool();
        if self.is_reusable
            && let Ok(runtime) = Handle::try_current()
        {
            runtime.spawn(timeout(RETURN_TIMEOUT, returned));
        }
    }
}
