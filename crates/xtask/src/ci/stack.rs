//! The real stack, started as a user starts it (`cargo dev`), and its end without a trace.

use std::collections::BTreeMap;
use std::path::Path;
use std::time::{Duration, Instant};

use hallpass_platform::processes::{LastWord, Program, Watched, is_alive, signal, watch};
use hallpass_platform::{Error, free_port, random_password};
use nix::sys::signal::Signal;
use tempfile::TempDir;
use tokio::io::{AsyncBufReadExt as _, BufReader};
use tokio::process::{Child, Command};

use crate::dev::dotenv::Dotenv;

/// `cargo dev` builds what it serves; on a machine that has built nothing yet that takes minutes.
const START_PATIENCE: Duration = Duration::from_mins(15);
/// How long everything may take to go after SIGTERM.
const STOP_PATIENCE: Duration = Duration::from_secs(20);

/// A running `cargo dev`.
#[derive(Debug)]
pub(super) struct Stack {
    child: Child,
    pid: u32,
    url: String,
    email: String,
    password: String,
    data: TempDir,
    _watched: Watched,
}

impl Stack {
    /// Starts it on a free port, with a data directory and an administrator of its own.
    pub(super) async fn start(cargo: Program) -> Result<Self, Error> {
        // Readable: the database server runs as another user when we are root.
        let data = tempfile::Builder::new()
            .prefix("hallpass-ci-")
            .permissions(std::os::unix::fs::PermissionsExt::from_mode(0o755))
            .tempdir()
            .map_err(Error::system("making a temporary directory"))?;
        let port = free_port()?.to_string();
        let (email, password) = ("ci@example.com".to_owned(), random_password()?);
        let mut command = Command::new(&cargo.executable);
        command
            .args(&cargo.arguments)
            .args(["--port", &port, "--data"])
            .arg(data.path());
        for name in &cargo.without {
            command.env_remove(name);
        }
        // Variables of the machine that runs this must not lead it to another database.
        for name in ["DATABASE_URL", "DATABASE_URL_UNPOOLED", "HALLPASS_SECRET"] {
            command.env_remove(name);
        }
        if let Some(directory) = &cargo.directory {
            command.current_dir(directory);
        }
        let mut child = command
            .env("HALLPASS_ADMIN_EMAIL", &email)
            .env("HALLPASS_ADMIN_PASSWORD", &password)
            .stdin(std::process::Stdio::null())
            .stdout(std::process::Stdio::piped())
            .process_group(0)
            .spawn()
            .map_err(Error::system("starting cargo dev"))?;
        let pid = child.id().unwrap_or_default();
        let watched = watch(pid, LastWord::TerminateGroup);
        let ready = tokio::time::timeout(START_PATIENCE, ready_url(&mut child)).await;
        let url = match ready {
            Ok(Ok(url)) => url,
            Ok(Err(error)) => return Err(error),
            Err(_) => return Err(Error::Message("cargo dev is not ready in time".to_owned())),
        };
        Ok(Self {
            child,
            pid,
            url,
            email,
            password,
            data,
            _watched: watched,
        })
    }

    /// `http://localhost:PORT`
    pub(super) fn url(&self) -> &str {
        &self.url
    }

    /// The first administrator, as the variables of `cargo dev` and of the browser's smoke test.
    pub(super) fn administrator(&self) -> [(String, String); 2] {
        [
            ("HALLPASS_ADMIN_EMAIL".to_owned(), self.email.clone()),
            ("HALLPASS_ADMIN_PASSWORD".to_owned(), self.password.clone()),
        ]
    }

    /// What it made up: secret and database URL.
    pub(super) fn environment(&self) -> Result<BTreeMap<String, String>, Error> {
        Ok(Dotenv::read(&self.data.path().join("env"))?.into_variables())
    }

    /// SIGTERM, as a terminal or a supervisor would; afterwards nothing may be left.
    pub(super) async fn stop(mut self) -> Result<(), Error> {
        let family = descendants(self.pid);
        signal(self.pid, Signal::SIGTERM)?;
        let status = tokio::time::timeout(STOP_PATIENCE, self.child.wait())
            .await
            .map_err(|_| Error::Message("cargo dev does not stop at SIGTERM".to_owned()))?
            .map_err(Error::system("waiting for cargo dev"))?;
        let deadline = Instant::now() + Duration::from_secs(5);
        loop {
            let left: Vec<_> = family
                .iter()
                .copied()
                .filter(|pid| is_alive(*pid))
                .collect();
            if left.is_empty() {
                break;
            }
            if Instant::now() > deadline {
                return Err(Error::Message(format!(
                    "cargo dev left processes behind: {left:?}"
                )));
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        if status.success() {
            return Ok(());
        }
        Err(Error::Message(format!(
            "cargo dev ended with {status} at SIGTERM"
        )))
    }
}

/// Reads on until the line `ready URL`, and goes on reading after it so that the pipe never fills.
async fn ready_url(child: &mut Child) -> Result<String, Error> {
    let Some(stdout) = child.stdout.take() else {
        return Err(Error::Message(
            "cargo dev has no standard output".to_owned(),
        ));
    };
    let mut lines = BufReader::new(stdout).lines();
    while let Ok(Some(line)) = lines.next_line().await {
        if let Some(url) = line.trim().strip_prefix("ready ") {
            let url = url.trim().to_owned();
            tokio::spawn(async move { while let Ok(Some(_)) = lines.next_line().await {} });
            return Ok(url);
        }
    }
    Err(Error::Message(
        "cargo dev ended before it was ready; see above".to_owned(),
    ))
}

/// A process and everything below it.
fn descendants(root: u32) -> Vec<u32> {
    let parents: Vec<(u32, u32)> = std::fs::read_dir("/proc")
        .into_iter()
        .flatten()
        .filter_map(|entry| {
            let pid: u32 = entry.ok()?.file_name().to_str()?.parse().ok()?;
            Some((
                pid,
                parent(Path::new("/proc").join(pid.to_string()).as_path())?,
            ))
        })
        .collect();
    let mut family = vec![root];
    let mut next = 0;
    while let Some(&parent) = family.get(next) {
        family.extend(
            parents
                .iter()
                .filter(|(_, of)| *of == parent)
                .map(|(pid, _)| *pid),
        );
        next += 1;
    }
    family
}

/// The fourth field of `/proc/PID/stat`; the second, a name in brackets, may hold anything.
fn parent(process: &Path) -> Option<u32> {
    let stat = std::fs::read_to_string(process.join("stat")).ok()?;
    stat.rsplit_once(')')?
        .1
        .split_whitespace()
        .nth(1)?
        .parse()
        .ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_process_knows_its_children() {
        let mut child = std::process::Command::new("sleep")
            .arg("60")
            .spawn()
            .unwrap();
        let family = descendants(std::process::id());
        let found = family.contains(&child.id());
        child.kill().unwrap();
        child.wait().unwrap();
        assert!(found, "{family:?}");
        assert!(!descendants(std::process::id()).contains(&child.id()));
    }
}
