//! Signals by process id.

use nix::errno::Errno;
use nix::sys::signal::{Signal, kill, killpg};
use nix::unistd::Pid;

use crate::Error;

/// Sends a signal to one process.
///
/// # Errors
/// The process does not exist or belongs to another user.
pub fn signal(pid: u32, signal: Signal) -> Result<(), Error> {
    kill(process_id(pid), signal).map_err(|errno| failed(pid, signal, errno))
}

/// Sends a signal to a process group. It is no error if the group does not exist any more.
pub fn signal_group(leader: u32, signal: Signal) {
    let _gone_already = killpg(process_id(leader), signal);
}

/// Whether a process with this id exists, including a process of another user and one that was not waited for.
#[must_use]
pub fn is_alive(pid: u32) -> bool {
    matches!(kill(process_id(pid), None), Ok(()) | Err(Errno::EPERM))
}

fn process_id(pid: u32) -> Pid {
    // Process ids are far below `i32::MAX` on every system. -1 and 0 would address several processes.
    Pid::from_raw(i32::try_from(pid).unwrap_or(i32::MAX).max(1))
}

fn failed(pid: u32, signal: Signal, errno: Errno) -> Error {
    Error::System {
        doing: format!("{signal} to process {pid}"),
        source: errno.into(),
    }
}
