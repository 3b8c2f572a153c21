//! The instance that a request is given to.

use std::sync::Arc;
use std::time::Duration;

use super::connection::FunctionClient;
use super::instance::Instance;

/// Time that an instance has to end after it said so.
const PATIENCE: Duration = Duration::from_secs(10);

/// The instance that a request is given to. It is continued first if it is frozen.
#[derive(Debug)]
pub(crate) struct Assigned {
    instance: Arc<Instance>,
}

impl Assigned {
    pub(super) fn new(instance: Arc<Instance>) -> Self {
        Self { instance }
    }

    pub(crate) fn port(&self) -> u16 {
        self.instance.port
    }

    pub(crate) fn client(&self) -> &FunctionClient {
        self.instance.awake()
    }

    /// Gives no more requests to this instance, which is ending or has ended. The next request starts another one.
    pub(crate) fn retire(self) {
        if self.instance.stop_routing() {
            tokio::spawn(async move {
                if !self.instance.terminate(PATIENCE).await {
                    self.instance.kill().await;
                }
            });
        }
    }
}
