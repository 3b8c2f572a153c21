//! Closes idle database connections when no request has come for a while: an instance can be frozen at any time, and
//! must not keep connections then.

use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::watch;

use hallpass_core::db::IDLE_TIMEOUT;

use crate::App;

/// Keeps connections for the next request for a while, then closes them. Cheap to clone.
#[derive(Clone, Debug)]
pub(super) struct Linger {
    app: App,
    /// Notified by every request; true once the process is ending.
    ending: watch::Sender<bool>,
}

impl Linger {
    pub(super) fn new(app: App) -> Self {
        let linger = Self {
            app,
            ending: watch::Sender::new(false),
        };
        tokio::spawn(linger.clone().end_on_sigterm());
        linger
    }

    /// On SIGTERM, ends all waits: the runtime would wait for them, and the platform does not.
    async fn end_on_sigterm(self) {
        if let Ok(mut terminate) = signal(SignalKind::terminate()) {
            terminate.recv().await;
            self.ending.send_replace(true);
        }
    }

    /// A request begins: ends all waits.
    pub(super) fn begin(&self) {
        self.ending.send_modify(|_| ());
    }

    /// Call after the last use of a connection. Waits until another request begins, or until the idle timeout closes
    /// the connections.
    pub(super) async fn until_quiet(self) {
        let mut changes = self.ending.subscribe();
        // Counts all connections, not only idle ones: the driver pings a connection before it returns it to the pool,
        // which can take longer than reaching this line.
        let (open, _) = self.app.db.size();
        // A process that serves a single request would only end later.
        if self.app.config.one_shot || open == 0 || *changes.borrow() {
            return;
        }
        if tokio::time::timeout(IDLE_TIMEOUT, changes.changed())
            .await
            .is_err()
        {
            self.app.db.close_idle().await;
        }
    }
}
