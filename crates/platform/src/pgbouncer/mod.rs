//! A real PgBouncer in front of a real PostgreSQL, on 127.0.0.1, in transaction mode.
//!
//! A transaction pooler either tracks named statements or it does not, and Hallpass is configured differently for each
//! kind. So the test suites run behind both: with `max_prepared_statements` 200 and 0.

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

/// Maximum time for a start on a busy machine.
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

/// Finds or builds a PgBouncer that can track named statements, as [`PgBouncer::start`] does, and returns its path.
///
/// # Errors
/// There is none and it cannot be built here (the message says what to install).
pub async fn find() -> Result<PathBuf, Error> {
    program::located(&cache()).await
}

impl PgBouncer {
    /// Finds or builds a PgBouncer that can track named statements, and starts it.
    ///
    /// # Errors
    /// There is none and it cannot be built here (the message says what to install), or it does not start.
    pub async fn start(settings: &Settings) -> Result<Self, Error> {
        let program = find().await?;
        let mut attempts_left = 3;
        loop {
            // Another process may take the free port before PgBouncer binds it.
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
            // PgBouncer reads its files as root, then switches to this user, and reads them again when it reloads its
            // configuration.
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
            // A connection alone does not prove that PgBouncer is ready, because another process may have taken the
            // port.
            if self.log().contains("process up")
                && TcpStream::connect(("127.0.0.1", self.port)).await.is_ok()
            {
                return Ok(());
            }
            if Instant::now() > deadline {
                return Err(failed(format!(
                    "it does not accept connections:\n{}",
                    self.log()
                )));
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    /// `postgres://127.0.0.1:PORT`, to replace the server's address in a URL.
    #[must_use]
    pub fn base_url(&self) -> String {
        format!("postgres://127.0.0.1:{}", self.port)
    }

    /// URL of a role through the pooler. The name and the password must not need percent-encoding.
    #[must_use]
    pub fn url(&self, role: &str, password: &str, database: &str) -> String {
        format!(
            "postgres://{role}:{password}@127.0.0.1:{}/{database}",
            self.port
        )
    }

    /// The port on 127.0.0.1.
    #[must_use]
    pub fn port(&self) -> u16 {
        self.port
    }

    /// Process id, for sending signals.
    #[must_use]
    pub fn pid(&self) -> u32 {
        self.pid
    }

    /// Path of the executable.
    #[must_use]
    pub fn program(&self) -> &Path {
        &self.program
    }

    /// Contents of the log.
    #[must_use]
    pub fn log(&self) -> String {
        std::fs::read_to_string(self.directory.path().join("log")).unwrap_or_default()
    }

    /// Ends the process at once. A pooler has no data to write, and the server notices that the connections are closed.
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

/// Built programs are kept in the target directory.
fn cache() -> PathBuf {
    let target = std::env::var_os("CARGO_TARGET_DIR").map_or_else(
        || Path::new(env!("CARGO_MANIFEST_DIR")).join("../../target"),
        PathBuf::from,
    );
    target.join("pgbouncer")
}

/// The user that PgBouncer runs as, because it refuses to run as root; `None` if we are not root.
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
