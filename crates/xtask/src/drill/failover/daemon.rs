//! A server that runs until the drill ends it.

use std::ffi::OsString;
use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::Stdio;

use hallpass_platform::Error;
use hallpass_platform::processes::{LastWord, Watched, signal_group, watch};
use nix::sys::signal::Signal;
use nix::unistd::{User, geteuid};
use tokio::process::{Child, Command};

/// A running server. Dropping it kills its process group.
#[derive(Debug)]
pub(super) struct Daemon {
    child: Child,
    pub(super) pid: u32,
    _watched: Watched,
}

impl Daemon {
    /// Starts a program in a directory, where its output is appended to the file `NAME.log`.
    ///
    /// # Errors
    /// It cannot be started.
    pub(super) fn start(
        program: &Path,
        arguments: impl IntoIterator<Item = OsString>,
        directory: &Path,
    ) -> Result<Self, Error> {
        let log = log(program, directory);
        let output = File::options()
            .create(true)
            .append(true)
            .open(&log)
            .map_err(Error::file(&log))?;
        let errors = output.try_clone().map_err(Error::file(&log))?;
        let mut command = Command::new(program);
        command
            .args(arguments)
            .current_dir(directory)
            .env_clear()
            .envs([
                ("LC_ALL", "C.UTF-8"),
                ("TZ", "UTC"),
                ("PATH", "/usr/sbin:/usr/bin:/sbin:/bin"),
            ])
            .stdin(Stdio::null())
            .stdout(output)
            .stderr(errors)
            .process_group(0)
            .kill_on_drop(true);
        if let Some(user) = unprivileged()? {
            command.uid(user.uid.as_raw()).gid(user.gid.as_raw());
        }
        let starting = format!("starting {}", program.display());
        let child = command.spawn().map_err(Error::system(starting))?;
        let pid = child.id().unwrap_or_default();
        Ok(Self {
            child,
            pid,
            _watched: watch(pid, LastWord::TerminateGroup),
        })
    }

    /// Kills the process group with SIGKILL, and waits for the process.
    pub(super) async fn kill(mut self) {
        signal_group(self.pid, Signal::SIGKILL);
        let _gone = self.child.wait().await;
    }

    pub(super) fn is_running(&mut self) -> bool {
        matches!(self.child.try_wait(), Ok(None))
    }
}

impl Drop for Daemon {
    fn drop(&mut self) {
        // A process group whose leader was waited for may be another one's by now.
        if self.is_running() {
            signal_group(self.pid, Signal::SIGKILL);
        }
    }
}

/// The file with the output of a program that was started in a directory.
pub(super) fn log(program: &Path, directory: &Path) -> PathBuf {
    let name = program.file_name().unwrap_or_default();
    directory.join(name).with_extension("log")
}

/// The user that the servers run as, because PostgreSQL refuses to run as root; `None` if we are not root.
fn unprivileged() -> Result<Option<User>, Error> {
    if !geteuid().is_root() {
        return Ok(None);
    }
    match User::from_name("nobody") {
        Ok(Some(nobody)) => Ok(Some(nobody)),
        _ => Err(Error::Message(
            "PostgreSQL refuses to run as root, and there is no user \"nobody\"; run the drill as an ordinary user"
                .to_owned(),
        )),
    }
}

/// A directory for the servers' files, which belongs to the user that they run as.
///
/// # Errors
/// It cannot be created.
pub(super) fn directory(path: PathBuf) -> Result<PathBuf, Error> {
    std::fs::create_dir_all(&path).map_err(Error::file(&path))?;
    if let Some(user) = unprivileged()? {
        std::os::unix::fs::chown(&path, Some(user.uid.as_raw()), Some(user.gid.as_raw()))
            .map_err(Error::file(&path))?;
    }
    Ok(path)
}
