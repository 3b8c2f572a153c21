//! Child processes, and signals. No child process outlives this process.

mod cargo;
mod command;
mod guard;
mod signals;

pub use cargo::inherited_from_cargo;
pub use command::{Outcome, Program, run};
pub use guard::finish as finish_guard;
pub use guard::{Watched, watch};
pub use signals::{is_alive, signal, signal_group};

/// The signal that the guard sends to a process if this process is killed.
#[derive(Debug, Clone, Copy)]
pub enum LastWord {
    /// SIGKILL to the process.
    Kill,
    /// SIGINT to the process: PostgreSQL's fast shutdown.
    Interrupt,
    /// SIGTERM to the whole process group.
    TerminateGroup,
}
