//! Signal handling (SIGINT, SIGTERM, SIGHUP), shared by all commands.
//!
//! [`with_signal_handling`] is the only place that receives signals. When a signal arrives, the future of the command
//! is dropped: child processes are ended, unfinished files are deleted, and the server rolls back the current statement
//! as soon as it notices that its client is gone ([`hallpass_core::schema::connect`]). Committed changes stay. The last
//! line of output is the note that the command set with [`set_interrupt_note`]. Work that must be completed, such as
//! removing a temporary account, receives the signal itself ([`Interrupt`]).

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

/// State shared by the signal handler and the command.
#[derive(Debug, Default)]
struct SignalState {
    /// The note of an interrupted command: what it has done, and a hint.
    note: RefCell<Option<(String, String)>>,
    /// Number of [`Interrupt`]s, which receive signals instead of the handler.
    listeners: Cell<usize>,
    received: Notify,
    /// Whether a signal other than SIGINT was received. Ctrl-C sends SIGINT to all processes of the terminal.
    is_for_us: Cell<bool>,
}

/// Runs a command until it ends or a signal stops it.
///
/// # Errors
/// The error of the command, or `interrupted`.
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

/// Sets what an interrupted command prints: what it has `done`, and what to do `next`. Without a note, it prints that
/// nothing was changed. Commands set a note before each change, and again when the change is done.
pub(crate) fn set_interrupt_note(done: impl Into<String>, next: impl Into<String>) {
    // Outside of a command, such as in a unit test, there is no state to set.
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

    /// Waits for a signal, or returns at once if a signal has arrived since the last call.
    pub(crate) async fn recv(&mut self) {
        self.0.received.notified().await;
    }

    /// Waits for SIGTERM or SIGHUP. SIGINT is left to the child process that uses the terminal.
    pub(crate) async fn end(&mut self) {
        loop {
            self.recv().await;
            if self.0.is_for_us.get() {
                return;
            }
        }
    }

    /// Runs the work until a signal arrives. Dropping unfinished work ends its child processes and deletes its files.
    ///
    /// # Errors
    /// The error of the work, or `interrupted`.
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

/// Streams of SIGINT, SIGTERM and SIGHUP; these signals no longer end the process. On Linux, a signal that `nohup` or a
/// shell has set to be ignored stays ignored.
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

    /// Waits for a signal. Returns true if it was not SIGINT.
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

/// Whether the mask of ignored signals in `proc_pid_status(5)` contains the signal.
fn is_ignored(status: &str, kind: SignalKind) -> bool {
    let mask = status
        .lines()
        .find_map(|line| line.strip_prefix("SigIgn:"))
        .and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok())
        .unwrap_or_default();
    mask >> (kind.as_raw_value() - 1) & 1 == 1
}
