//! Being told to stop: what was begun is brought to an end first.

use std::io;

use tokio::signal::unix::{Signal, SignalKind, signal};

use crate::failure::{Exit, Failure};

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
    }

    /// Does the work unless it comes. Work that is dropped half-way ends its programs and deletes its files.
    ///
    /// # Errors
    /// Those of the work, or that it was interrupted.
    pub(crate) async fn unless<T>(
        &mut self,
        work: impl Future<Output = Result<T, Failure>>,
    ) -> Result<T, Failure> {
        tokio::select! {
            done = work => done,
            () = self.come() => {
                let detail = "interrupted; what was half done is cleared away";
                Err(Failure::new(Exit::Failed, "interrupted", detail).next("run it again"))
            }
        }
    }
}
