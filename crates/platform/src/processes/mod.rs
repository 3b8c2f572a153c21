//! Child processes: signals, and the promise that none of them outlives us.

mod cargo;
mod command;
mod guard;
mod signals;

pub use cargo::inherited_from_cargo;
pub use command::{Outcome, Program, run};
pub use guard::finish as finish_guard;
pub use guard::{Watched, watch};
pub use signals::{is_alive, signal, signal_group};

/// Kills and then some: how a process is asked to go when we die without a word.
#[derive(Debug, Clone, Copy)]
pub enum LastWord {
    /// SIGKILL to the process.
    Kill,
    /// SIGINT to the process: PostgreSQL's fast shutdown.
    Interrupt,
    /// SIGTERM to the whole process group.
    TerminateGroup,
}
