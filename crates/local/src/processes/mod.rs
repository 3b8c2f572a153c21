//! Child processes: signals, and the promise that none of them outlives us.

mod command;
mod guard;
mod signals;

pub(crate) use command::{Outcome, Program, run};
pub use guard::finish as finish_guard;
pub(crate) use guard::{Watched, watch};
pub(crate) use signals::{is_alive, signal, signal_group};

/// Kills and then some: how a process is asked to go when we die without a word.
#[derive(Debug, Clone, Copy)]
pub(crate) enum LastWord {
    /// SIGKILL to the process.
    Kill,
    /// SIGINT to the process: PostgreSQL's fast shutdown.
    Interrupt,
    /// SIGTERM to the whole process group.
    TerminateGroup,
}
