//! Sending signals by process id.

use nix::errno::Errno;
use nix::sys::signal::{Signal, kill, killpg};
use nix::unistd::Pid;

use crate::Error;

/// Sends a signal to one process.
///
/// # Errors
/// The process is gone or not ours.
pub fn signal(pid: u32, signal: Signal) -> Result<(), Error> {
    kill(process_id(pid), signal).map_err(|errno| failed(pid, signal, errno))
}

/// Sends a signal to a process group; a group that is gone already is what was wanted.
pub fn signal_group(leader: u32, signal: Signal) {
    let _gone_already = killpg(process_id(leader), signal);
}

/// Whether a process with this id exists (also one of another user, also one nobody waited for).
#[must_use]
pub fn is_alive(pid: u32) -> bool {
    matches!(kill(process_id(pid), None), Ok(()) | Err(Errno::EPERM))
}

fn process_id(pid: u32) -> Pid {
    // Process ids are far below i32::MAX on every system; -1 or 0 would address everybody.
    Pid::from_raw(i32::try_from(pid).unwrap_or(i32::MAX).max(1))
}

fn failed(pid: u32, signal: Signal, errno: Errno) -> Error {
    Error::System {
        doing: format!("{signal} to process {pid}"),
        source: errno.into(),
    }
}
