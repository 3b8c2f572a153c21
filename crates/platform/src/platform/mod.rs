//! A running platform: what tests, drills and `cargo dev` hold in their hands.

mod builder;

use std::sync::Arc;
use std::time::Duration;

use crate::gateway::{Gateway, Serving};
use crate::{Ended, Error, InstanceState, InstanceStatus, LogLine};
pub use builder::PlatformBuilder;

/// A gateway with its functions. [`Platform::stop`] ends it in order; dropping it kills the functions.
#[derive(Debug)]
pub struct Platform {
    gateway: Arc<Gateway>,
    serving: Serving,
    port: u16,
    url: String,
}

impl Platform {
    /// A platform to be.
    #[must_use]
    pub fn builder() -> PlatformBuilder {
        PlatformBuilder::default()
    }

    /// `http://localhost:PORT`, the origin that functions know as `HALLPASS_URL`.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    /// The public port.
    #[must_use]
    pub fn port(&self) -> u16 {
        self.port
    }

    /// The living instances of a function.
    pub async fn instances(&self, function: &str) -> Vec<InstanceStatus> {
        self.gateway.functions.status(function).await
    }

    /// Starts an instance without a request; one that runs already is left alone.
    ///
    /// # Errors
    /// There is no such function or number, or it does not start.
    pub async fn warm(&self, function: &str, index: usize) -> Result<(), Error> {
        self.gateway.functions.warm(function, index).await
    }

    /// SIGSTOP, as Vercel freezes an idle instance: its next request thaws it.
    ///
    /// # Errors
    /// No such instance runs.
    pub async fn freeze(&self, function: &str, index: usize) -> Result<(), Error> {
        self.gateway
            .functions
            .stop_computing(function, index, InstanceState::Frozen)
            .await
    }

    /// SIGSTOP for good: requests to it hang until [`Platform::thaw`].
    ///
    /// # Errors
    /// No such instance runs.
    pub async fn hang(&self, function: &str, index: usize) -> Result<(), Error> {
        self.gateway
            .functions
            .stop_computing(function, index, InstanceState::Hung)
            .await
    }

    /// SIGCONT.
    ///
    /// # Errors
    /// No such instance runs.
    pub async fn thaw(&self, function: &str, index: usize) -> Result<(), Error> {
        self.gateway.functions.thaw(function, index).await
    }

    /// SIGKILL; returns when the process is gone. The next request finds a new one.
    ///
    /// # Errors
    /// No such instance runs.
    pub async fn kill(&self, function: &str, index: usize) -> Result<(), Error> {
        self.gateway.functions.kill(function, index).await
    }

    /// SIGTERM, as Vercel ends an instance; whether the process went within `patience`.
    ///
    /// # Errors
    /// No such instance runs.
    pub async fn terminate(
        &self,
        function: &str,
        index: usize,
        patience: Duration,
    ) -> Result<bool, Error> {
        self.gateway
            .functions
            .terminate(function, index, patience)
            .await
    }

    /// Ends every process of every function; the next requests find new ones, as after a deployment.
    pub async fn recycle(&self) {
        self.gateway.functions.stop_all().await;
    }

    /// Sets a variable for the processes that start from now on.
    pub fn set_env(&self, name: &str, value: &str) {
        self.gateway
            .functions
            .change_environment(|environment| environment.set(name, value));
    }

    /// Takes a variable away from the processes that start from now on.
    pub fn remove_env(&self, name: &str) {
        self.gateway
            .functions
            .change_environment(|environment| environment.remove(name));
    }

    /// Everything the functions printed and logged, oldest first (the last 20,000 lines).
    /// A request's lines are complete once [`Platform::wait_for_end`] has returned.
    #[must_use]
    pub fn logs(&self) -> Vec<LogLine> {
        self.gateway.functions.journal.lines()
    }

    /// How many requests have ended, as the functions reported.
    #[must_use]
    pub fn ended_count(&self) -> u64 {
        self.gateway.functions.ended.count()
    }

    /// The requests that have ended, oldest first (the last 20,000).
    #[must_use]
    pub fn ended(&self) -> Vec<Ended> {
        self.gateway.functions.ended.list()
    }

    /// Waits until the request with this `x-vercel-id` has ended, its `wait_until` work included.
    pub async fn wait_for_end(&self, id: &str, patience: Duration) -> Option<Ended> {
        self.gateway.functions.ended.wait_for(id, patience).await
    }

    /// Closes the port, lets requests end for 2 s, ends the functions (SIGTERM, after 2 s SIGKILL).
    pub async fn stop(mut self) {
        self.serving.close().await;
        self.gateway.functions.stop_all().await;
    }
}

impl Drop for Platform {
    fn drop(&mut self) {
        if std::thread::panicking() {
            self.gateway.functions.journal.show_remembered();
        }
        self.gateway.functions.kill_now();
    }
}
