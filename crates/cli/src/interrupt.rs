//! Being told to stop, for every command: none dies without a word, and each says what it leaves behind.
//!
//! One place hears SIGINT, SIGTERM and SIGHUP ([`unless_told`]). The command's work is dropped where it waits: programs
//! that it started end, files that it had begun are deleted, and the server undoes the statement under way as soon as
//! it notices that its client is gone ([`hallpass_core::schema::connect`]). What was committed stays, and the last line
//! is what the command noted with [`leaves`]. Work that has to be brought to an end listens itself ([`Interrupt`]).

use std::cell::{Cell, RefCell};
use std::fs;
use std::io;
use std::pin::pin;
use std::rc::Rc;

use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::sync::Notify;

use crate::failure::{Exit, Failure};

tokio::task_local! {
    static TOLD: Rc<Told>;
}

/// What the place that hears of signals shares with the command.
#[derive(Debug, Default)]
struct Told {
    /// What an interrupted command has done, and what is to be done next.
    leaves: RefCell<Option<(String, String)>>,
    /// How many want to hear of it themselves.
    listeners: Cell<usize>,
    come: Notify,
    /// Whether one of them was not SIGINT, which a terminal's Ctrl-C sends to all that run there.
    is_for_us: Cell<bool>,
}

/// Does a command's work until it is done or told to stop.
///
/// # Errors
/// Those of the work, or that it was interrupted.
pub(crate) async fn unless_told<T>(
    work: impl Future<Output = Result<T, Failure>>,
) -> Result<T, Failure> {
    let mut signals = Signals::listen()?;
    let told = Rc::new(Told::default());
    let work = async {
        let mut work = pin!(work);
        loop {
            tokio::select! {
                // A terminal's Ctrl-C ends the programs that were started, too: that is not why they failed.
                biased;
                is_for_us = signals.come() => told.is_for_us.set(told.is_for_us.get() || is_for_us),
                done = &mut work => return done,
            }
            if told.listeners.get() == 0 {
                return Err(told.interrupted());
            }
            told.come.notify_one();
        }
    };
    TOLD.scope(Rc::clone(&told), work).await
}

/// From here on an interrupted command says that it has `done` this, and what to do `next`; until the first time, that
/// nothing was changed. Said before a change is begun, and again when it is done.
pub(crate) fn leaves(done: impl Into<String>, next: impl Into<String>) {
    // Outside of a command (a test of a part) nobody is told.
    let _ = TOLD.try_with(|told| told.leaves.replace(Some((done.into(), next.into()))));
}

impl Told {
    fn interrupted(&self) -> Failure {
        let left = self.leaves.take();
        let (done, next) = left.unwrap_or_else(|| {
            (
                "nothing was changed".to_owned(),
                "run the command again".to_owned(),
            )
        });
        Failure::new(Exit::Failed, "interrupted", format!("interrupted; {done}")).next(next)
    }
}

/// As long as this lives, signals come here and drop nothing.
#[derive(Debug)]
pub(crate) struct Interrupt(Rc<Told>);

impl Interrupt {
    pub(crate) fn listen() -> Self {
        let told = TOLD.try_with(Rc::clone).unwrap_or_default();
        told.listeners.set(told.listeners.get() + 1);
        Self(told)
    }

    /// Waits for one of them; one that came meanwhile counts.
    pub(crate) async fn come(&mut self) {
        self.0.come.notified().await;
    }

    /// Waits for SIGTERM or SIGHUP: Ctrl-C is for the program that has the terminal.
    pub(crate) async fn end(&mut self) {
        loop {
            self.come().await;
            if self.0.is_for_us.get() {
                return;
            }
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
            biased;
            () = self.come() => {
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

/// SIGINT, SIGTERM and SIGHUP, from the moment this is made: they end the process no more. What `nohup` or a shell told
/// us to ignore stays ignored, where the system says so (Linux).
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

    /// Whether it was another than SIGINT.
    async fn come(&mut self) -> bool {
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

/// Whether the mask of ignored signals (`proc_pid_status(5)`) has this one.
fn is_ignored(status: &str, kind: SignalKind) -> bool {
    let mask = status
        .lines()
        .find_map(|line| line.strip_prefix("SigIgn:"))
        .and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok())
        .unwrap_or_default();
    mask >> (kind.as_raw_value() - 1) & 1 == 1
}
