//! One process of a function's executable: starts it over the runtime's protocol, signals it, and waits for its end.

use std::process::{ExitStatus, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use nix::sys::signal::Signal;
use tokio::net::UnixListener;
use tokio::process::{Child, Command};
use tokio::sync::{oneshot, watch};
use tokio::task::JoinHandle;

use super::connection::{FunctionClient, client};
use super::messages::{Message, Messages};
use super::{Launch, pump};
use crate::Error;
use crate::postgres::{free_port, is_free};
use crate::processes::{LastWord, Watched, signal, watch as guard};

/// Maximum time until a new process listens.
const START_PATIENCE: Duration = Duration::from_secs(30);

/// Time between the last request that is given to an instance and SIGTERM, in which that request reaches it. Vercel, too,
/// ends an instance after it has stopped routing requests to it.
const ROUTING_PAUSE: Duration = Duration::from_millis(50);

/// Whether an instance runs or is stopped.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum InstanceState {
    /// The process runs.
    Running,
    /// The process is stopped, as Vercel stops an idle instance. The next request continues it.
    Frozen,
    /// The process is stopped until [`crate::Platform::thaw`] continues it. Requests to it wait.
    Hung,
}

/// A process of a function.
#[derive(Debug)]
pub(super) struct Instance {
    pub(super) pid: u32,
    pub(super) port: u16,
    client: FunctionClient,
    state: Mutex<InstanceState>,
    is_ending: AtomicBool,
    exited: watch::Receiver<Option<ExitStatus>>,
    _watched: Watched,
}

/// Starts a process and waits until it reports that it listens.
pub(super) async fn start(launch: &Launch) -> Result<Arc<Instance>, Error> {
    let problem = |problem: String| Error::Function {
        function: launch.function.clone(),
        problem,
    };
    if !launch.binary.is_file() {
        return Err(problem(format!(
            "there is no {}; build it with: cargo build --bins -p hallpass",
            launch.binary.display()
        )));
    }
    // Another process may take the free port before the function binds it. Another port is tried then.
    for _ in 0..3 {
        let port = free_port()?;
        match start_on(launch, port).await {
            Ok(instance) => return Ok(instance),
            Err(_) if !is_free(port) => {}
            Err(text) => return Err(problem(text)),
        }
    }
    Err(problem(
        "other processes took every free port that was tried".to_owned(),
    ))
}

async fn start_on(launch: &Launch, port: u16) -> Result<Arc<Instance>, String> {
    let socket = launch.sockets.join(format!("{port}.sock"));
    let listener = UnixListener::bind(&socket)
        .map_err(|error| format!("socket {}: {error}", socket.display()))?;
    let mut child = Command::new(&launch.binary)
        .env_clear()
        .envs(&launch.environment)
        .env("VERCEL_IPC_PATH", &socket)
        .env("VERCEL_DEV_PORT", port.to_string())
        .current_dir(&launch.directory)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .process_group(0)
        .kill_on_drop(true)
        .spawn()
        .map_err(|error| format!("{}: {error}", launch.binary.display()))?;
    let pid = child.id().unwrap_or_default();
    let watched = guard(pid, LastWord::Kill);
    let output = pump::start(launch, &mut child);
    let exited = watch_end(child);

    let (started, is_started) = oneshot::channel();
    tokio::spawn(listen(launch.clone(), listener, started));
    let mut early_end = exited.clone();
    let outcome = tokio::select! {
        Ok(()) = is_started => Ok(()),
        status = ended(&mut early_end) => {
            // Waits for the last output of the process, which may not have been read yet.
            let _slow = tokio::time::timeout(Duration::from_secs(1), output).await;
            Err(format!("its process ended before it listened ({status})\n{}", launch.last_words()))
        }
        () = tokio::time::sleep(START_PATIENCE) => {
            Err(format!("it does not listen after {} s\n{}", START_PATIENCE.as_secs(), launch.last_words()))
        }
    };
    let _tidy = std::fs::remove_file(&socket);
    if let Err(problem) = outcome {
        let _gone_already = signal(pid, Signal::SIGKILL);
        return Err(problem);
    }
    Ok(Arc::new(Instance {
        pid,
        port,
        client: client(),
        state: Mutex::new(InstanceState::Running),
        is_ending: AtomicBool::new(false),
        exited,
        _watched: watched,
    }))
}

fn watch_end(mut child: Child) -> watch::Receiver<Option<ExitStatus>> {
    let (sender, receiver) = watch::channel(None);
    tokio::spawn(async move {
        if let Ok(status) = child.wait().await {
            sender.send_replace(Some(status));
        }
    });
    receiver
}

async fn ended(exited: &mut watch::Receiver<Option<ExitStatus>>) -> String {
    match exited.wait_for(Option::is_some).await.map(|status| *status) {
        Ok(Some(status)) => status.to_string(),
        _ => "exit status unknown".to_owned(),
    }
}

/// Reads the runtime's messages until the process ends.
async fn listen(launch: Launch, listener: UnixListener, started: oneshot::Sender<()>) {
    let Ok((stream, _)) = listener.accept().await else {
        return;
    };
    let mut messages = Messages::new(stream);
    let mut started = Some(started);
    while let Some(message) = messages.next().await {
        match message {
            Message::ServerStarted { .. } => {
                if let Some(started) = started.take() {
                    let _gave_up = started.send(());
                }
            }
            Message::Log(log) => launch.log(log),
            Message::End { context, error } => launch.end(context, error),
            Message::Other(_) => {}
        }
    }
}

impl Instance {
    pub(super) fn is_alive(&self) -> bool {
        self.exited.borrow().is_none()
    }

    /// Whether new requests are given to this process.
    pub(super) fn takes_requests(&self) -> bool {
        self.is_alive() && !self.is_ending.load(Ordering::Relaxed)
    }

    /// Gives no more requests to this process. Returns whether that is new.
    pub(super) fn stop_routing(&self) -> bool {
        !self.is_ending.swap(true, Ordering::Relaxed)
    }

    pub(super) fn state(&self) -> InstanceState {
        *self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The HTTP client with the connections to this process. If the process is frozen, it is continued first.
    pub(super) fn awake(&self) -> &FunctionClient {
        if self.state() == InstanceState::Frozen {
            let _gone = self.thaw();
        }
        &self.client
    }

    pub(super) fn stop_computing(&self, state: InstanceState) -> Result<(), Error> {
        self.change(state, Signal::SIGSTOP)
    }

    pub(super) fn thaw(&self) -> Result<(), Error> {
        self.change(InstanceState::Running, Signal::SIGCONT)
    }

    fn change(&self, state: InstanceState, word: Signal) -> Result<(), Error> {
        let mut current = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        signal(self.pid, word)?;
        *current = state;
        Ok(())
    }

    /// Sends SIGKILL, and returns when the process has ended.
    pub(super) async fn kill(&self) {
        self.end_by(Signal::SIGKILL, Duration::from_secs(10)).await;
    }

    pub(super) fn kill_now(&self) {
        if self.is_alive() {
            let _gone_already = signal(self.pid, Signal::SIGKILL);
        }
    }

    /// Stops routing requests to the process and sends SIGTERM, after SIGCONT, because a stopped process does not handle
    /// SIGTERM. Returns whether the process ended in time.
    pub(super) async fn terminate(&self, patience: Duration) -> bool {
        self.stop_routing();
        tokio::time::sleep(ROUTING_PAUSE).await;
        let _gone_already = self.thaw();
        self.end_by(Signal::SIGTERM, patience).await
    }

    async fn end_by(&self, word: Signal, patience: Duration) -> bool {
        let mut exited = self.exited.clone();
        if exited.borrow().is_none() {
            let _gone_already = signal(self.pid, word);
        }
        tokio::time::timeout(patience, ended(&mut exited))
            .await
            .is_ok()
    }
}

/// The task that reads what the process prints.
pub(super) type Pumps = JoinHandle<()>;
