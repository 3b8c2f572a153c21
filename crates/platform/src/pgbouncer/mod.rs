//! A real PgBouncer in front of a real PostgreSQL, on 127.0.0.1, in transaction mode.
//!
//! The two recipes of a transaction pooler are opposites (it tracks named statements or it does
//! not), so every suite that matters runs behind both: `max_prepared_statements` 200 and 0.

mod mirror;
mod program;
mod settings;

use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::{Duration, Instant};

use nix::unistd::{User, geteuid};
use tempfile::TempDir;
use tokio::net::TcpStream;
use tokio::process::{Child, Command};

use crate::Error;
use crate::postgres::free_port;
use crate::processes::{LastWord, Watched, watch};
pub use settings::{Login, Settings};

/// How long a start may take on a busy machine.
const START_PATIENCE: Duration = Duration::from_secs(20);

/// A running PgBouncer. Dropping it ends the process.
#[derive(Debug)]
pub struct PgBouncer {
    child: Child,
    pid: u32,
    port: u16,
    program: PathBuf,
    directory: TempDir,
    _watched: Watched,
}

impl PgBouncer {
    /// Finds or builds a PgBouncer that can track named statements, and starts it.
    ///
    /// # Errors
    /// There is none and it cannot be built here (the message says what to install), or it does not start.
    pub async fn start(settings: &Settings) -> Result<Self, Error> {
        let program = program::located(&cache()).await?;
        let mut attempts_left = 3;
        loop {
            // Somebody may take the free port before PgBouncer does.
            match Self::start_on(free_port()?, &program, settings).await {
                Err(_) if attempts_left > 1 => attempts_left -= 1,
                outcome => return outcome,
            }
        }
    }

    async fn start_on(port: u16, program: &Path, settings: &Settings) -> Result<Self, Error> {
        let directory = tempfile::Builder::new()
            .prefix("hallpass-pgbouncer-")
            .tempdir()
            .map_err(Error::system("making a temporary directory"))?;
        let configuration = settings.write(directory.path(), port)?;
        let log_path = directory.path().join("log");
        let log = std::fs::File::create(&log_path).map_err(Error::file(&log_path))?;
        let log_too = log.try_clone().map_err(Error::file(&log_path))?;
        let mut command = Command::new(program);
        if let Some(user) = unprivileged()? {
            // It reads its files as root, then becomes this user, and reads them again on a reload.
            own(directory.path(), &user)?;
            command.args(["-u", &user.name]);
        }
        command
            .arg(&configuration)
            .current_dir("/")
            .stdin(Stdio::null())
            .stdout(log)
            .stderr(log_too)
            .process_group(0)
            .kill_on_drop(true);
        let child = command
            .spawn()
            .map_err(Error::system("starting pgbouncer"))?;
        let pid = child.id().unwrap_or_default();
        let watched = watch(pid, LastWord::Kill);
        let program = program.to_owned();
        let mut started = Self {
            child,
            pid,
            port,
            program,
            directory,
            _watched: watched,
        };
        started.until_ready().await?;
        Ok(started)
    }

    async fn until_ready(&mut self) -> Result<(), Error> {
        let deadline = Instant::now() + START_PATIENCE;
        loop {
            if let Ok(Some(status)) = self.child.try_wait() {
                return Err(failed(format!(
                    "it did not start ({status}):\n{}",
                    self.log()
                )));
            }
            // Its own line, not a connection alone: another process may have taken the port.
            if self.log().contains("process up")
                && TcpStream::connect(("127.0.0.1", self.port)).await.is_ok()
            {
                return Ok(());
            }
            if Instant::now() > deadline {
                return Err(failed(format!("it does not answer:\n{}", self.log())));
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    /// `postgres://127.0.0.1:PORT`: what stands in a URL instead of the server.
    #[must_use]
    pub fn base_url(&self) -> String {
        format!("postgres://127.0.0.1:{}", self.port)
    }

    /// The URL of a role through the pooler. Name and password must need no escaping in a URL.
    #[must_use]
    pub fn url(&self, role: &str, password: &str, database: &str) -> String {
        format!(
            "postgres://{role}:{password}@127.0.0.1:{}/{database}",
            self.port
        )
    }

    /// The process id, to stop or freeze it by.
    #[must_use]
    pub fn pid(&self) -> u32 {
        self.pid
    }

    /// Which program runs.
    #[must_use]
    pub fn program(&self) -> &Path {
        &self.program
    }

    /// What it has logged.
    #[must_use]
    pub fn log(&self) -> String {
        std::fs::read_to_string(self.directory.path().join("log")).unwrap_or_default()
    }

    /// Ends it at once: a pooler has nothing to write, and the server notices by itself.
    ///
    /// # Errors
    /// The process does not end.
    pub async fn stop(mut self) -> Result<(), Error> {
        self.child
            .kill()
            .await
            .map_err(Error::system("stopping pgbouncer"))
    }
}

/// Built programs stay with the other build output.
fn cache() -> PathBuf {
    let target = std::env::var_os("CARGO_TARGET_DIR").map_or_else(
        || Path::new(env!("CARGO_MANIFEST_DIR")).join("../../target"),
        PathBuf::from,
    );
    target.join("pgbouncer")
}

/// PgBouncer refuses to be root; `None` when we are not root ourselves.
fn unprivileged() -> Result<Option<User>, Error> {
    if !geteuid().is_root() {
        return Ok(None);
    }
    match User::from_name("nobody") {
        Ok(Some(nobody)) => Ok(Some(nobody)),
        _ => Err(failed(
            "it refuses to run as root, and there is no user \"nobody\"; run this as an ordinary user".to_owned(),
        )),
    }
}

fn own(directory: &Path, user: &User) -> Result<(), Error> {
    let own = |path: &Path| {
        std::os::unix::fs::chown(path, Some(user.uid.as_raw()), Some(user.gid.as_raw()))
            .map_err(Error::file(path))
    };
    own(directory)?;
    for entry in std::fs::read_dir(directory).map_err(Error::file(directory))? {
        own(&entry.map_err(Error::file(directory))?.path())?;
    }
    Ok(())
}

fn failed(problem: impl std::fmt::Display) -> Error {
    Error::Message(format!("PgBouncer: {problem}"))
}
