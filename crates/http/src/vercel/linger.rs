//! What happens when no request has come for a while: an instance that may be frozen at any moment
//! must not sit on database connections.

use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::watch;

use hallpass_core::db::IDLE_TIMEOUT;

use crate::App;

/// Waits with connections that the next request may want, and gives them back. Cheap to clone.
#[derive(Clone, Debug)]
pub(super) struct Linger {
    app: App,
    /// Sent at every request, and once more when the process is ending, which it says then.
    ending: watch::Sender<bool>,
}

impl Linger {
    pub(super) fn new(app: App) -> Self {
        let linger = Self {
            app,
            ending: watch::Sender::new(false),
        };
        tokio::spawn(linger.clone().hurry_at_the_end());
        linger
    }

    /// On SIGTERM nobody lingers any more: the runtime waits for them, and the platform does not.
    async fn hurry_at_the_end(self) {
        if let Ok(mut terminate) = signal(SignalKind::terminate()) {
            terminate.recv().await;
            self.ending.send_replace(true);
        }
    }

    /// A request has come: whoever lingers need not any more.
    pub(super) fn begin(&self) {
        self.ending.send_modify(|_| ());
    }

    /// After the last use of a connection: waits for a request that begins from now on, or until it has
    /// been quiet for so long that the connections are given back.
    pub(super) async fn until_quiet(self) {
        let mut news = self.ending.subscribe();
        // Not only the idle ones: the driver puts a connection back after it has asked it once more, which
        // takes longer than getting here.
        let (open, _) = self.app.db.size();
        // Where a process serves one request only, lingering would only delay its end.
        if self.app.config.one_shot || open == 0 || *news.borrow() {
            return;
        }
        if tokio::time::timeout(IDLE_TIMEOUT, news.changed())
            .await
            .is_err()
        {
            self.app.db.close_idle().await;
        }
    }
}
