//! Signal handling (SIGINT, SIGTERM, SIGHUP), shared by all commands.
//!
//! [`with_signal_handling`] listens in one place. When a signal arrives, the command's work is dropped where it waits:
//! programs that it started end, files that it had begun are deleted, and the server rolls back the statement under way
//! as soon as it notices that its client is gone ([`hallpass_core::schema::connect`]). What was committed stays. The
//! last line is what the command noted with [`set_interrupt_note`]. Work that must be completed, such as removing what
//! it created, listens itself ([`Interrupt`]).

use std::cell::{Cell, RefCell};
use std::fs;
use std::io;
use std::pin::pin;
use std::rc::Rc;

use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::sync::Notify;

use crate::failure::{Exit, Failure};

tokio::task_local! {
    static SIGNAL_STATE: Rc<SignalState>;
}

/// What the signal handler shares with the command.
#[derive(Debug, Default)]
struct SignalState {
    /// What an interrupted command has done, and the hint.
    note: RefCell<Option<(String, String)>>,
    /// Number of [`Interrupt`]s that listen themselves.
    listeners: Cell<usize>,
    received: Notify,
    /// Whether a signal other than SIGINT was received. Ctrl-C sends SIGINT to every process of the terminal.
    is_for_us: Cell<bool>,
}

/// Runs a command until it is done or a signal stops it.
///
/// # Errors
/// Those of the command, or `interrupted`.
pub(crate) async fn with_signal_handling<T>(
    work: impl Future<Output = Result<T, Failure>>,
) -> Result<T, Failure> {
    let mut signals = Signals::listen()?;
    let state = Rc::new(SignalState::default());
    let work = async {
        let mut work = pin!(work);
        loop {
            tokio::select! {
                // Ctrl-C also ends child processes; their failure must not hide the interrupt.
                biased;
                is_for_us = signals.recv() => state.is_for_us.set(state.is_for_us.get() || is_for_us),
                done = &mut work => return done,
            }
            if state.listeners.get() == 0 {
                return Err(state.interrupted());
            }
            state.received.notify_one();
        }
    };
    SIGNAL_STATE.scope(Rc::clone(&state), work).await
}

/// Sets what an interrupted command prints: what it has `done`, and what to do `next`. Without a note it prints that
/// nothing was changed. Commands set it before a change begins, and again when the change is done.
pub(crate) fn set_interrupt_note(done: impl Into<String>, next: impl Into<String>) {
    // Outside of a command, as in unit tests, there is nothing to set.
    let _ = SIGNAL_STATE.try_with(|state| state.note.replace(Some((done.into(), next.into()))));
}

impl SignalState {
    fn interrupted(&self) -> Failure {
        let left = self.note.take();
        let (done, next) = left.unwrap_or_else(|| {
            (
                "nothing was changed".to_owned(),
                "run the command again".to_owned(),
            )
        });
        Failure::new(Exit::Failed, "interrupted", format!("interrupted; {done}")).next(next)
    }
}

/// While this exists, signals are delivered to it instead of dropping the command.
#[derive(Debug)]
pub(crate) struct Interrupt(Rc<SignalState>);

impl Interrupt {
    pub(crate) fn listen() -> Self {
        let state = SIGNAL_STATE.try_with(Rc::clone).unwrap_or_default();
        state.listeners.set(state.listeners.get() + 1);
        Self(state)
    }

    /// Waits for a signal; one that arrived since the last call counts.
    pub(crate) async fn recv(&mut self) {
        self.0.received.notified().await;
    }

    /// Waits for SIGTERM or SIGHUP. SIGINT is left to the child process that owns the terminal.
    pub(crate) async fn end(&mut self) {
        loop {
            self.recv().await;
            if self.0.is_for_us.get() {
                return;
            }
        }
    }

    /// Runs the work until a signal arrives. Work that is dropped half-way ends its programs and deletes its files.
    ///
    /// # Errors
    /// Those of the command, or `interrupted`.
    pub(crate) async fn unless<T>(
        &mut self,
        work: impl Future<Output = Result<T, Failure>>,
    ) -> Result<T, Failure> {
        tokio::select! {
            biased;
            () = self.recv() => {
                let detail = "interrupted; partial results were removed";
                Err(Failure::new(Exit::Failed, "interrupted", detail).next("run the command again"))
            }
            done = work => done,
        }
    }
}

impl Drop for Interrupt {
    fn drop(&mut self) {
        self.0.listeners.set(self.0.listeners.get() - 1);
    }
}

/// Streams of SIGINT, SIGTERM and SIGHUP, which no longer end the process. On Linux, signals that `nohup` or a shell has
/// set to be ignored stay ignored.
struct Signals([Option<Signal>; 3]);

impl Signals {
    fn listen() -> io::Result<Self> {
        let kinds = [
            SignalKind::interrupt(),
            SignalKind::terminate(),
            SignalKind::hangup(),
        ];
        let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
        let listen = |kind| {
            (!is_ignored(&status, kind))
                .then(|| signal(kind))
                .transpose()
        };
        let [first, second, third] = kinds.map(listen);
        Ok(Self([first?, second?, third?]))
    }

    /// Waits for a signal; true if it was not SIGINT.
    async fn recv(&mut self) -> bool {
        let [first, second, third] = &mut self.0;
        tokio::select! {
            () = received(first) => false,
            () = received(second) => true,
            () = received(third) => true,
        }
    }
}

async fn received(signal: &mut Option<Signal>) {
    match signal {
        Some(signal) => drop(signal.recv().await),
        None => std::future::pending().await,
    }
}

/// Whether the mask of ignored signals in `proc_pid_status(5)` contains this signal.
fn is_ignored(status: &str, kind: SignalKind) -> bool {
    let mask = status
        .lines()
        .find_map(|line| line.strip_prefix("SigIgn:"))
        .and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok())
        .unwrap_or_default();
    mask >> (kind.as_raw_value() - 1) & 1 == 1
}
