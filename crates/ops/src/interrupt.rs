//! Being told to stop: what was begun is brought to an end first.

use std::io;

use tokio::signal::unix::{Signal, SignalKind, signal};

/// SIGINT, SIGTERM and SIGHUP, from the moment this is made: they end the process no more.
#[derive(Debug)]
pub(crate) struct Interrupt([Signal; 3]);

impl Interrupt {
    /// # Errors
    /// The system's.
    pub(crate) fn listen() -> io::Result<Self> {
        let kinds = [
            SignalKind::interrupt(),
            SignalKind::terminate(),
            SignalKind::hangup(),
        ];
        let [first, second, third] = kinds.map(signal);
        Ok(Self([first?, second?, third?]))
    }

    /// Waits for one of them; one that came meanwhile counts.
    pub(crate) async fn come(&mut self) {
        let [first, second, third] = &mut self.0;
        tokio::select! {
            _ = first.recv() => (),
            _ = second.recv() => (),
            _ = third.recv() => (),
        }
//! Ctrl-C and SIGTERM: work ends where it is, and what it holds is cleared away.

use crate::failure::{Exit, Failure};

/// Does the work unless somebody ends it. What is dropped half-way ends its programs and deletes its files.
///
/// # Errors
/// Those of the work, or that it was interrupted.
pub(crate) async fn unless_interrupted<T>(
    work: impl Future<Output = Result<T, Failure>>,
) -> Result<T, Failure> {
    tokio::select! {
        done = work => done,
        () = asked_to_end() => Err(Failure::new(
            Exit::Failed,
            "interrupted",
            "interrupted; what was half done is cleared away",
        )
        .next("run it again")),
    }
}

/// Waits until the terminal or a supervisor ends this program.
#[cfg(unix)]
pub(crate) async fn asked_to_end() {
    use tokio::signal::unix::{SignalKind, signal};

    let (Ok(mut interrupt), Ok(mut terminate)) = (
        signal(SignalKind::interrupt()),
        signal(SignalKind::terminate()),
    ) else {
        // Without handlers the system ends us: nothing to wait for.
        return std::future::pending().await;
    };
    tokio::select! {
        _ = interrupt.recv() => {}
        _ = terminate.recv() => {}
    }
}

/// Waits until the terminal ends this program.
#[cfg(not(unix))]
pub(crate) async fn asked_to_end() {
    if tokio::signal::ctrl_c().await.is_err() {
        std::future::pending().await
    }
}
