//! What an instance does between requests and at its end. It closes idle database connections when no request has come
//! for a while: it can be frozen at any time, and must not keep connections then. After SIGTERM it still answers what
//! arrives on connections that are open.

use std::time::Duration;

use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::sync::watch;
use tokio::time::{sleep, timeout};

use hallpass_core::db::IDLE_TIMEOUT;

use crate::App;
use crate::service::DEADLINE;

/// How long requests are still answered after SIGTERM. The platform may have sent one that has not arrived yet.
const LAST_REQUESTS: Duration = Duration::from_millis(200);

/// Keeps connections for the next request for a while, then closes them. Cheap to clone.
#[derive(Clone, Debug)]
pub(super) struct Linger {
    app: App,
    /// Notified by every request; true once the process is ending.
    ending: watch::Sender<bool>,
    /// Number of requests that have no complete response yet.
    unanswered: watch::Sender<u32>,
}

impl Linger {
    /// Installs the handler of SIGTERM at once, before the runtime reports that the function listens: a signal that
    /// arrives while the handler is being installed is lost, and the platform sends none before that report.
    pub(super) fn new(app: App) -> Self {
        let linger = Self {
            app,
            ending: watch::Sender::new(false),
            unanswered: watch::Sender::new(0),
        };
        if let Ok(terminate) = signal(SignalKind::terminate()) {
            tokio::spawn(linger.clone().end_on(terminate));
        }
        linger
    }

    /// On SIGTERM, ends all waits: the runtime would wait for them, and the platform does not.
    async fn end_on(self, mut terminate: Signal) {
        terminate.recv().await;
        self.ending.send_replace(true);
    }

    /// A request begins: ends all waits.
    pub(super) fn begin(&self) {
        self.ending.send_modify(|_| ());
        self.unanswered.send_modify(|count| *count += 1);
    }

    /// The response to a request is complete.
    pub(super) fn answered(&self) {
        self.unanswered.send_modify(|count| *count -= 1);
    }

    /// Whether the process has received SIGTERM.
    pub(super) fn is_ending(&self) -> bool {
        *self.ending.borrow()
    }

    /// Waits after SIGTERM until the last requests are answered, which the runtime does not wait for if they arrive
    /// after it has stopped.
    pub(super) async fn until_answered(&self) {
        sleep(LAST_REQUESTS).await;
        let mut unanswered = self.unanswered.subscribe();
        let _late = timeout(DEADLINE, unanswered.wait_for(|count| *count == 0)).await;
    }

    /// Call after the last use of a connection. Waits until another request begins, or until the idle timeout closes
    /// the connections and returns the memory of password hashes.
    pub(super) async fn until_quiet(self) {
        let mut changes = self.ending.subscribe();
        // A process that serves a single request would only end later.
        let is_lean = self.app.db.size() == 0 && !self.app.hasher.keeps_memory();
        if self.app.config.one_shot || is_lean || *changes.borrow() {
            return;
        }
        if timeout(IDLE_TIMEOUT, changes.changed()).await.is_err() {
            self.app.hasher.release_memory();
            self.app.db.close_idle().await;
        }
    }
}

#[cfg(test)]
mod tests {
    use hallpass_core::{AppContext, Config};

    use super::Linger;
    use crate::fetch_range;

    /// Whether this process handles SIGTERM, by the mask of handled signals that Linux reports.
    fn handles_sigterm() -> bool {
        let status = std::fs::read_to_string("/proc/self/status").unwrap();
        let mask = status
            .lines()
            .find_map(|line| line.strip_prefix("SigCgt:"))
            .unwrap();
        let sigterm = 15;
        u64::from_str_radix(mask.trim(), 16).unwrap() & (1 << (sigterm - 1)) != 0
    }

    #[tokio::test]
    async fn sigterm_is_handled_before_the_function_listens() {
        let config = Config::read(&|name| match name {
            "DATABASE_URL" => Some("postgres://nobody@127.0.0.1:1/none".to_owned()),
            "HALLPASS_SECRET" => Some("/mPAwiTtniOtB4WVTwZo9/WNmg7DPRFVRHfG4ETrZlk=".to_owned()),
            _ => None,
        });
        assert!(!handles_sigterm());
        let _linger = Linger::new(AppContext::new(config.unwrap(), fetch_range));
        // Nothing was awaited, so no task has run: the runtime reports that it listens at such a moment.
        assert!(handles_sigterm());
    }
}
