//! A running platform, as tests, drills and `cargo dev` use it.

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
    /// Options of a new platform.
    #[must_use]
    pub fn builder() -> PlatformBuilder {
        PlatformBuilder::default()
    }

    /// `http://localhost:PORT`, which is also the functions' `HALLPASS_URL`.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    /// The public port.
    #[must_use]
    pub fn port(&self) -> u16 {
        self.port
    }

    /// The running instances of a function.
    pub async fn instances(&self, function: &str) -> Vec<InstanceStatus> {
        self.gateway.functions.status(function).await
    }

    /// Starts an instance without a request, if it does not run.
    ///
    /// # Errors
    /// There is no such function or instance, or the instance does not start.
    pub async fn warm(&self, function: &str, index: usize) -> Result<(), Error> {
        self.gateway.functions.warm(function, index).await
    }

    /// Stops an instance with SIGSTOP, as Vercel freezes an idle instance. The next request to it continues it.
    ///
    /// # Errors
    /// The instance does not run.
    pub async fn freeze(&self, function: &str, index: usize) -> Result<(), Error> {
        self.gateway
            .functions
            .stop_computing(function, index, InstanceState::Frozen)
            .await
    }

    /// Stops an instance with SIGSTOP. Requests to it wait until [`Platform::thaw`] is called.
    ///
    /// # Errors
    /// The instance does not run.
    pub async fn hang(&self, function: &str, index: usize) -> Result<(), Error> {
        self.gateway
            .functions
            .stop_computing(function, index, InstanceState::Hung)
            .await
    }

    /// Continues an instance with SIGCONT.
    ///
    /// # Errors
    /// The instance does not run.
    pub async fn thaw(&self, function: &str, index: usize) -> Result<(), Error> {
        self.gateway.functions.thaw(function, index).await
    }

    /// Kills an instance with SIGKILL, and returns when the process has ended. The next request starts a new one.
    ///
    /// # Errors
    /// The instance does not run.
    pub async fn kill(&self, function: &str, index: usize) -> Result<(), Error> {
        self.gateway.functions.kill(function, index).await
    }

    /// Ends an instance with SIGTERM, as Vercel does. Returns whether the process ended within `patience`.
    ///
    /// # Errors
    /// The instance does not run.
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

    /// Ends all processes of all functions. The next requests start new ones, as after a deployment.
    pub async fn recycle(&self) {
        self.gateway.functions.stop_all().await;
    }

    /// Sets a variable for processes that are started from now on.
    pub fn set_env(&self, name: &str, value: &str) {
        self.gateway
            .functions
            .change_environment(|environment| environment.set(name, value));
    }

    /// Removes a variable for processes that are started from now on.
    pub fn remove_env(&self, name: &str) {
        self.gateway
            .functions
            .change_environment(|environment| environment.remove(name));
    }

    /// The output and log messages of the functions, oldest first (the last 20,000 lines). All lines of a request are
    /// present once [`Platform::wait_for_end`] has returned.
    #[must_use]
    pub fn logs(&self) -> Vec<LogLine> {
        self.gateway.functions.journal.lines()
    }

    /// Number of requests whose end the functions have reported.
    #[must_use]
    pub fn ended_count(&self) -> u64 {
        self.gateway.functions.ended.count()
    }

    /// The requests that have ended, oldest first (the last 20,000).
    #[must_use]
    pub fn ended(&self) -> Vec<Ended> {
        self.gateway.functions.ended.list()
    }

    /// Waits until the request with this `x-vercel-id` has ended, including its `wait_until` work.
    pub async fn wait_for_end(&self, id: &str, patience: Duration) -> Option<Ended> {
        self.gateway.functions.ended.wait_for(id, patience).await
    }

    /// Closes the port, waits 2 s for running requests, and ends the functions (SIGTERM, and SIGKILL after 2 s).
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
