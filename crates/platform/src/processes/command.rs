//! Runs a program to its end, together with all processes that it starts, in one process group.

use std::ffi::OsString;
use std::path::PathBuf;
use std::process::{ExitStatus, Stdio};
use std::time::Duration;

use nix::sys::signal::{Signal, killpg};
use nix::sys::wait::{WaitPidFlag, waitpid};
use nix::unistd::Pid;
use tokio::io::AsyncWriteExt as _;
use tokio::process::{Child, Command};

use super::{LastWord, Watched, signal_group, watch};
use crate::Error;

/// Time between SIGTERM and SIGKILL if we stop while the program runs.
const GRACE: Duration = Duration::from_secs(2);

/// A program to run.
#[derive(Debug, Default)]
pub struct Program {
    /// Path or name of the executable.
    pub executable: OsString,
    /// Its arguments.
    pub arguments: Vec<OsString>,
    /// Working directory; our own if there is none.
    pub directory: Option<PathBuf>,
    /// Variables that are added to our own environment.
    pub environment: Vec<(String, String)>,
    /// Variables that are removed from our own environment.
    pub without: Vec<OsString>,
    /// User and group to run as, if we are root.
    pub run_as: Option<(u32, u32)>,
    /// Text for standard input.
    pub input: Option<String>,
    /// Whether the output is written to our standard error instead of being captured.
    pub show_output: bool,
}

/// Result of a program.
#[derive(Debug)]
pub struct Outcome {
    /// Exit status.
    pub status: ExitStatus,
    /// Standard output, if it was captured.
    pub stdout: String,
    /// Standard error, if it was captured.
    pub stderr: String,
}

impl Program {
    /// A program with our own environment and directory, without input, whose output is captured.
    pub fn new(executable: impl Into<OsString>) -> Self {
        Self {
            executable: executable.into(),
            ..Self::default()
        }
    }

    /// Adds arguments.
    #[must_use]
    pub fn args<A: Into<OsString>>(mut self, arguments: impl IntoIterator<Item = A>) -> Self {
        self.arguments.extend(arguments.into_iter().map(Into::into));
        self
    }

    fn command(&self) -> Command {
        let mut command = Command::new(&self.executable);
        command.args(&self.arguments);
        // Variables are removed first, so that a variable that is set explicitly is kept even if its name is removed.
        for name in &self.without {
            command.env_remove(name);
        }
        command.envs(self.environment.iter().map(|(k, v)| (k, v)));
        if let Some(directory) = &self.directory {
            command.current_dir(directory);
        }
        if let Some((user, group)) = self.run_as {
            command.uid(user).gid(group);
        }
        command.stdin(if self.input.is_some() {
            Stdio::piped()
        } else {
            Stdio::null()
        });
        if self.show_output {
            command.stdout(std::io::stderr()).stderr(Stdio::inherit());
        } else {
            command.stdout(Stdio::piped()).stderr(Stdio::piped());
        }
        // The program has its own process group, so that Ctrl-C on the terminal only reaches us. We then end the group.
        command.process_group(0);
        command
    }
}

/// Runs a program to its end. Dropping the future ends the program and all processes that it has started.
///
/// # Errors
/// The program could not be started or waited for.
pub async fn run(program: Program) -> Result<Outcome, Error> {
    let name = program.executable.to_string_lossy().into_owned();
    let failed = || Error::system(format!("running {name}"));
    let mut child = program.command().spawn().map_err(failed())?;
    let mut group = Group::of(&child);
    if let (Some(mut stdin), Some(input)) = (child.stdin.take(), &program.input) {
        // If the program ends without reading its input, its exit status says more than the failed write.
        let _ended_early = stdin.write_all(input.as_bytes()).await;
    }
    let output = child.wait_with_output().await.map_err(failed())?;
    group.disarm();
    Ok(Outcome {
        status: output.status,
        stdout: String::from_utf8_lossy(&output.stdout).into_owned(),
        stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
    })
}

struct Group {
    leader: Option<u32>,
    _watched: Option<Watched>,
}

impl Group {
    fn of(child: &Child) -> Self {
        let leader = child.id();
        Self {
            leader,
            _watched: leader.map(|pid| watch(pid, LastWord::TerminateGroup)),
        }
    }

    fn disarm(&mut self) {
        self.leader = None;
    }
}

impl Drop for Group {
    fn drop(&mut self) {
        let Some(leader) = self.leader else { return };
        signal_group(leader, Signal::SIGTERM);
        let deadline = std::time::Instant::now() + GRACE;
        while group_exists(leader) {
            if std::time::Instant::now() > deadline {
                signal_group(leader, Signal::SIGKILL);
                break;
            }
            std::thread::sleep(Duration::from_millis(20));
        }
    }
}

/// Waits for the leader if it has ended, because a process that nobody has waited for still exists.
fn group_exists(leader: u32) -> bool {
    let leader = Pid::from_raw(i32::try_from(leader).unwrap_or(i32::MAX));
    let _reaped_elsewhere = waitpid(leader, Some(WaitPidFlag::WNOHANG));
    killpg(leader, None).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Only inherited variables are removed, not those that are set explicitly.
    #[tokio::test]
    async fn an_explicitly_set_variable_is_kept_when_its_name_is_removed() {
        let mut program = Program::new("sh").args(["-c", "echo \"$GIVEN|$HOME\""]);
        program.environment = vec![("GIVEN".to_owned(), "on purpose".to_owned())];
        program.without = vec!["GIVEN".into(), "HOME".into()];
        let outcome = run(program).await.unwrap();
        assert_eq!(outcome.stdout.trim(), "on purpose|");
    }
}
