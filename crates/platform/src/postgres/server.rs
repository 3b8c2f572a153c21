//! The running server process. It is a child of this process, so that it can be signalled and its end is noticed.

use std::fs::OpenOptions;
use std::net::TcpListener;
use std::path::Path;
use std::process::Stdio;
use std::time::{Duration, Instant};

use nix::sys::signal::Signal;
use sqlx::{Connection as _, PgConnection};
use tokio::process::{Child, Command};

use super::account::Account;
use super::cluster::Cluster;
use crate::Error;
use crate::processes::{LastWord, Watched, signal, watch};

/// Maximum time for a start, including recovery after a crash.
const START_PATIENCE: Duration = Duration::from_mins(1);
/// Maximum size of the log in bytes. A larger log is deleted at the next start.
const LONGEST_LOG: u64 = 5 << 20;

/// A running server.
#[derive(Debug)]
pub(super) struct Server {
    child: Child,
    pid: u32,
    _watched: Watched,
}

/// Starts the server on a loopback port and waits until it accepts connections.
pub(super) async fn start(
    programs: &Path,
    cluster: &Cluster,
    port: u16,
    account: Option<Account>,
) -> Result<Server, Error> {
    let deadline = Instant::now() + START_PATIENCE;
    // After a crash, it takes a moment until the child processes of the old server release the shared memory.
    let mut attempts_left = 10;
    loop {
        let mut server = spawn(programs, cluster, port, account)?;
        match server.until_ready(cluster, port, deadline).await {
            Ok(()) => return Ok(server),
            Err(error) => {
                attempts_left -= 1;
                let exited = matches!(server.child.try_wait(), Ok(Some(_)));
                if !exited || attempts_left == 0 || Instant::now() > deadline || !is_free(port) {
                    return Err(error);
                }
                tokio::time::sleep(Duration::from_millis(200)).await;
            }
        }
    }
}

fn spawn(
    programs: &Path,
    cluster: &Cluster,
    port: u16,
    account: Option<Account>,
) -> Result<Server, Error> {
    let is_long = std::fs::metadata(&cluster.log).is_ok_and(|log| log.len() > LONGEST_LOG);
    let log = OpenOptions::new()
        .create(true)
        .append(!is_long)
        .write(true)
        .truncate(is_long)
        .open(&cluster.log)
        .map_err(Error::file(&cluster.log))?;
    let log_too = log.try_clone().map_err(Error::file(&cluster.log))?;
    let mut command = Command::new(programs.join("bin/postgres"));
    command
        .arg("-D")
        .arg(&cluster.data)
        .args([
            "-c",
            "listen_addresses=127.0.0.1",
            "-c",
            "unix_socket_directories=",
        ])
        .args(["-p", &port.to_string()])
        .current_dir("/")
        .env_clear()
        .envs([("LC_ALL", "C"), ("TZ", "UTC"), ("PATH", "/usr/bin:/bin")])
        .stdin(Stdio::null())
        .stdout(log)
        .stderr(log_too)
        .process_group(0);
    if let Some(account) = account {
        command.uid(account.user).gid(account.group);
    }
    let child = command
        .spawn()
        .map_err(Error::system("starting postgres"))?;
    let pid = child.id().unwrap_or_default();
    Ok(Server {
        child,
        pid,
        _watched: watch(pid, LastWord::Interrupt),
    })
}

impl Server {
    pub(super) fn pid(&self) -> u32 {
        self.pid
    }

    async fn until_ready(
        &mut self,
        cluster: &Cluster,
        port: u16,
        deadline: Instant,
    ) -> Result<(), Error> {
        let url = super::url("postgres", &cluster.password, port, "postgres");
        loop {
            if let Ok(Some(status)) = self.child.try_wait() {
                return Err(Error::Postgres(format!(
                    "the server did not start ({status}); its output:\n{}",
                    cluster.last_words()
                )));
            }
            // When the server accepts connections, the last line of the pid file is "ready" (or "standby").
            let pid_file = cluster.data.join("postmaster.pid");
            let ready = std::fs::read_to_string(pid_file).is_ok_and(|text| {
                text.starts_with(&format!("{}\n", self.pid)) && text.contains("ready")
            });
            if ready {
                return Ok(PgConnection::connect(&url).await?.close().await?);
            }
            if Instant::now() > deadline {
                return Err(Error::Postgres(format!(
                    "the server is not ready after {} s; its output:\n{}",
                    START_PATIENCE.as_secs(),
                    cluster.last_words()
                )));
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }

    /// Fast shutdown: sessions are ended, and all data is written.
    pub(super) async fn stop(mut self) -> Result<(), Error> {
        for (word, patience) in [
            (Signal::SIGINT, 10),
            (Signal::SIGQUIT, 5),
            (Signal::SIGKILL, 5),
        ] {
            if self.end_by(word, Duration::from_secs(patience)).await {
                return Ok(());
            }
        }
        Err(Error::Postgres(format!(
            "process {} does not end",
            self.pid
        )))
    }

    /// Sends SIGKILL, which simulates a power failure. No more data is written.
    pub(super) async fn crash(mut self) -> Result<(), Error> {
        if self.end_by(Signal::SIGKILL, Duration::from_secs(5)).await {
            return Ok(());
        }
        Err(Error::Postgres(format!(
            "process {} still exists after SIGKILL",
            self.pid
        )))
    }

    async fn end_by(&mut self, word: Signal, patience: Duration) -> bool {
        let _gone_already = signal(self.pid, word);
        tokio::time::timeout(patience, self.child.wait())
            .await
            .is_ok()
    }
}

impl Drop for Server {
    /// Immediate shutdown, which does not wait for sessions: after a failed test or an interrupted start.
    fn drop(&mut self) {
        if !matches!(self.child.try_wait(), Ok(None)) {
            return;
        }
        let deadline = Instant::now() + Duration::from_secs(5);
        while matches!(self.child.try_wait(), Ok(None)) {
            // The signal is sent repeatedly: a background job of a shell inherits that SIGQUIT is ignored, until the
            // server has installed its own signal handler.
            let word = if Instant::now() < deadline {
                Signal::SIGQUIT
            } else {
                Signal::SIGKILL
            };
            let _gone_already = signal(self.pid, word);
            std::thread::sleep(Duration::from_millis(20));
        }
    }
}

/// Whether a loopback port can be bound.
pub(crate) fn is_free(port: u16) -> bool {
    TcpListener::bind(("127.0.0.1", port)).is_ok()
}

/// A loopback port that is currently free.
///
/// # Errors
/// No port can be bound.
pub fn free_port() -> Result<u16, Error> {
    TcpListener::bind(("127.0.0.1", 0))
        .and_then(|listener| listener.local_addr())
        .map(|address| address.port())
        .map_err(Error::system("looking for a free port"))
}
