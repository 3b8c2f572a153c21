//! What happens when no request has come for a while: an instance that may be frozen at any moment
//! must not sit on database connections.

use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::watch;

use hallpass_core::db::IDLE_TIMEOUT;

use crate::App;

/// Counts requests, to know which was the last. Cheap to clone.
#[derive(Clone, Debug)]
pub(super) struct Linger {
    app: App,
    latest: watch::Sender<u64>,
    disabled: bool,
}

impl Linger {
    /// Where a process serves one request only, lingering would only delay its end.
    pub(super) fn new(app: App, disabled: bool) -> Self {
        let linger = Self {
            app,
            latest: watch::Sender::new(0),
            disabled,
        };
        tokio::spawn(linger.clone().hurry_at_the_end());
        linger
    }

    /// On SIGTERM nobody lingers any more: the runtime waits for them, and the platform does not.
    async fn hurry_at_the_end(self) {
        if let Ok(mut terminate) = signal(SignalKind::terminate()) {
            terminate.recv().await;
            self.latest.send_modify(|number| *number += 1);
        }
    }

    /// A request has come.
    pub(super) fn begin(&self) -> Turn {
        self.latest.send_modify(|number| *number += 1);
        let mut newer = self.latest.subscribe();
        newer.mark_unchanged();
        Turn {
            linger: self.clone(),
            newer,
        }
    }
}

/// One request's turn.
#[derive(Debug)]
pub(super) struct Turn {
    linger: Linger,
    newer: watch::Receiver<u64>,
}

impl Turn {
    /// Waits until a newer request takes over, or until it has been quiet for so long that the
    /// connections are given back.
    pub(super) async fn until_quiet(mut self) {
        let (_, idle) = self.linger.app.db.size();
        if self.linger.disabled || idle == 0 {
            return;
        }
        if tokio::time::timeout(IDLE_TIMEOUT, self.newer.changed())
            .await
            .is_err()
        {
            self.linger.app.db.close_idle().await;
        }
    }
}
