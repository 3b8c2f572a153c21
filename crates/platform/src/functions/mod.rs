//! The functions of a project. Each has a number of processes of its real executable, which take requests in turn. A
//! process that has ended is replaced.

mod api_files;
mod assigned;
mod connection;
mod ended;
mod environment;
mod instance;
mod launch;
mod messages;
mod output;
mod pump;

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex as SyncMutex, PoisonError};
use std::time::Duration;

use tempfile::TempDir;
use tokio::sync::Mutex;

use crate::Error;
pub use api_files::api_files;
pub(crate) use assigned::Assigned;
pub(crate) use connection::Body;
pub use ended::Ended;
pub(crate) use ended::EndedRequests;
pub(crate) use environment::Environment;
use instance::Instance;
pub use instance::InstanceState;
use launch::Launch;
pub(crate) use output::Journal;
pub use output::{LogLine, LogStream, Output};

/// Time between SIGTERM and SIGKILL when all functions are stopped.
const GRACE: Duration = Duration::from_secs(2);

/// Current state of one instance.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct InstanceStatus {
    /// Number of the instance, from 0.
    pub index: usize,
    /// Process id.
    pub pid: u32,
    /// Port that the process listens on.
    pub port: u16,
    /// Whether the process runs or is stopped.
    pub state: InstanceState,
}

/// All functions of a project.
#[derive(Debug)]
pub(crate) struct Functions {
    by_name: BTreeMap<String, Function>,
    directory: PathBuf,
    environment: SyncMutex<Environment>,
    pub(crate) journal: Arc<Journal>,
    pub(crate) ended: Arc<EndedRequests>,
    sockets: TempDir,
}

#[derive(Debug)]
struct Function {
    binary: PathBuf,
    turn: AtomicUsize,
    /// A slot is locked while its process starts, so that concurrent requests wait for the same process.
    slots: Vec<Mutex<Option<Arc<Instance>>>>,
}

impl Functions {
    pub(crate) fn new(
        binaries: BTreeMap<String, PathBuf>,
        directory: PathBuf,
        instances: usize,
        environment: Environment,
        output: Output,
    ) -> Result<Self, Error> {
        let function = |binary| Function {
            binary,
            turn: AtomicUsize::new(0),
            slots: (0..instances.max(1)).map(|_| Mutex::default()).collect(),
        };
        let sockets = tempfile::Builder::new()
            .prefix("hallpass-")
            .tempdir()
            .map_err(Error::system("making a temporary directory"))?;
        Ok(Self {
            by_name: binaries
                .into_iter()
                .map(|(name, binary)| (name, function(binary)))
                .collect(),
            directory,
            environment: SyncMutex::new(environment),
            journal: Arc::new(Journal::new(output)),
            ended: Arc::default(),
            sockets,
        })
    }

    /// The instance whose turn it is. Starts an instance if none runs in its slot, or one that is ending.
    pub(crate) async fn next(&self, name: &str) -> Result<Assigned, Error> {
        let function = self.function(name)?;
        let index = function.turn.fetch_add(1, Ordering::Relaxed) % function.slots.len();
        let instance = self.running(name, function, index).await?;
        Ok(Assigned::new(instance))
    }

    /// Starts an instance if it does not run.
    pub(crate) async fn warm(&self, name: &str, index: usize) -> Result<(), Error> {
        self.running(name, self.function(name)?, index)
            .await
            .map(|_| ())
    }

    async fn running(
        &self,
        name: &str,
        function: &Function,
        index: usize,
    ) -> Result<Arc<Instance>, Error> {
        let no_instance = || Error::NoInstance {
            function: name.to_owned(),
            index,
        };
        let mut slot = function
            .slots
            .get(index)
            .ok_or_else(no_instance)?
            .lock()
            .await;
        if let Some(instance) = slot.as_ref().filter(|instance| instance.takes_requests()) {
            return Ok(Arc::clone(instance));
        }
        let launch = self.launch(name, function, index);
        let instance = instance::start(&launch).await?;
        *slot = Some(Arc::clone(&instance));
        Ok(instance)
    }

    fn launch(&self, name: &str, function: &Function, index: usize) -> Launch {
        let environment = self
            .environment
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        Launch {
            function: name.to_owned(),
            index,
            binary: function.binary.clone(),
            directory: self.directory.clone(),
            sockets: self.sockets.path().to_owned(),
            environment: environment.variables().clone(),
            journal: Arc::clone(&self.journal),
            ended: Arc::clone(&self.ended),
        }
    }

    fn function(&self, name: &str) -> Result<&Function, Error> {
        self.by_name.get(name).ok_or_else(|| Error::NoInstance {
            function: name.to_owned(),
            index: 0,
        })
    }

    /// The process in a slot, if it runs.
    async fn instance(&self, name: &str, index: usize) -> Result<Arc<Instance>, Error> {
        let no_instance = || Error::NoInstance {
            function: name.to_owned(),
            index,
        };
        let slot = self
            .function(name)?
            .slots
            .get(index)
            .ok_or_else(no_instance)?
            .lock()
            .await;
        slot.clone()
            .filter(|instance| instance.is_alive())
            .ok_or_else(no_instance)
    }

    pub(crate) async fn status(&self, name: &str) -> Vec<InstanceStatus> {
        let mut list = Vec::new();
        let slots = self
            .by_name
            .get(name)
            .map_or(0, |function| function.slots.len());
        for index in 0..slots {
            if let Ok(instance) = self.instance(name, index).await {
                let (pid, port, state) = (instance.pid, instance.port, instance.state());
                list.push(InstanceStatus {
                    index,
                    pid,
                    port,
                    state,
                });
            }
        }
        list
    }

    pub(crate) async fn stop_computing(
        &self,
        name: &str,
        index: usize,
        state: InstanceState,
    ) -> Result<(), Error> {
        self.instance(name, index).await?.stop_computing(state)
    }

    pub(crate) async fn thaw(&self, name: &str, index: usize) -> Result<(), Error> {
        self.instance(name, index).await?.thaw()
    }

    pub(crate) async fn kill(&self, name: &str, index: usize) -> Result<(), Error> {
        self.instance(name, index).await?.kill().await;
        Ok(())
    }

    pub(crate) async fn terminate(
        &self,
        name: &str,
        index: usize,
        patience: Duration,
    ) -> Result<bool, Error> {
        Ok(self.instance(name, index).await?.terminate(patience).await)
    }

    pub(crate) fn change_environment(&self, change: impl FnOnce(&mut Environment)) {
        change(
            &mut self
                .environment
                .lock()
                .unwrap_or_else(PoisonError::into_inner),
        );
    }

    /// Ends every process: sends SIGTERM to all of them at once, then SIGKILL to those that do not end in time.
    pub(crate) async fn stop_all(&self) {
        let mut ending = tokio::task::JoinSet::new();
        for slot in self.by_name.values().flat_map(|function| &function.slots) {
            // A process that is still starting and does not become ready is killed when the tokio runtime is dropped.
            let Ok(mut slot) = tokio::time::timeout(GRACE, slot.lock()).await else {
                continue;
            };
            if let Some(instance) = slot.take() {
                ending.spawn(async move {
                    if !instance.terminate(GRACE).await {
                        instance.kill().await;
                    }
                });
            }
        }
        ending.join_all().await;
    }

    /// Sends SIGKILL to every process, without waiting. For a test that panics.
    pub(crate) fn kill_now(&self) {
        for slot in self.by_name.values().flat_map(|function| &function.slots) {
            if let Some(instance) = slot.try_lock().ok().and_then(|mut slot| slot.take()) {
                instance.kill_now();
            }
        }
    }
}
