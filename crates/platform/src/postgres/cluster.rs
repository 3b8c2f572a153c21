//! A database cluster on disk. It is created once and configured at every start; a server that an earlier run left
//! behind is stopped.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use nix::sys::signal::Signal;

use super::PostgresVersion;
use super::account::Account;
use crate::processes::{Program, run, signal};
use crate::{Error, random_password};

/// Our settings, in a file that the cluster's own configuration includes. Settings made with `alter system` override
/// both.
const OUR_SETTINGS: &str = "hallpass.conf";

/// Directory of a cluster, and what belongs to it.
#[derive(Debug)]
pub(super) struct Cluster {
    /// Data directory of the server (PGDATA).
    pub(super) data: PathBuf,
    /// Output of the server.
    pub(super) log: PathBuf,
    /// Password of the superuser.
    pub(super) password: String,
}

impl Cluster {
    /// Opens the cluster in `directory`. Creates it if there is none.
    pub(super) async fn open(
        directory: &Path,
        programs: &Path,
        version: PostgresVersion,
        account: Option<Account>,
    ) -> Result<Self, Error> {
        let data = directory.join("cluster");
        let password_file = directory.join("superuser");
        // initdb writes PG_VERSION early, so it does not prove that the cluster is complete. The password file is
        // renamed last.
        if !password_file.exists() {
            make(&data, &password_file, programs, version, account).await?;
        }
        is_of(&data, version)?;
        let password =
            std::fs::read_to_string(&password_file).map_err(Error::file(&password_file))?;
        stop_left_behind(&data).await?;
        Ok(Self {
            data,
            log: directory.join("log"),
            password: password.trim().to_owned(),
        })
    }

    /// Writes the settings, which take effect at the next start.
    pub(super) fn configure(&self, settings: &[(String, String)]) -> Result<(), Error> {
        let mut text = String::new();
        for (name, value) in settings {
            let _infallible = writeln!(text, "{name} = '{}'", value.replace('\'', "''"));
        }
        let path = self.data.join(OUR_SETTINGS);
        std::fs::write(&path, text).map_err(Error::file(&path))
    }

    /// The last lines of the server's output.
    pub(super) fn last_words(&self) -> String {
        let log = std::fs::read_to_string(&self.log).unwrap_or_default();
        let lines: Vec<_> = log.lines().rev().take(15).collect();
        lines.into_iter().rev().collect::<Vec<_>>().join("\n")
    }
}

/// Checks the major version of the files, because a server can only read files of its own major version.
fn is_of(data: &Path, version: PostgresVersion) -> Result<(), Error> {
    let path = data.join("PG_VERSION");
    let found = std::fs::read_to_string(&path).map_err(Error::file(&path))?;
    let found = found.trim();
    if found == version.to_string() {
        return Ok(());
    }
    Err(Error::Postgres(format!(
        "{} holds data of PostgreSQL {found}, which PostgreSQL {version} cannot read: choose version {found} (cargo \
         dev --postgres {found}) or another directory (--data DIR), or delete the data (--reset)",
        data.display()
    )))
}

async fn make(
    data: &Path,
    password_file: &Path,
    programs: &Path,
    version: PostgresVersion,
    account: Option<Account>,
) -> Result<(), Error> {
    // The files of an interrupted attempt are incomplete, so they are deleted.
    if data.exists() {
        std::fs::remove_dir_all(data).map_err(Error::file(data))?;
    }
    let draft = password_file.with_extension("draft");
    write_private(&draft, &random_password()?, account)?;
    let mut initdb = Program::new(programs.join("bin/initdb"))
        .args([
            "--username=postgres",
            "--auth=scram-sha-256",
            "--encoding=UTF8",
            "--no-instructions",
        ])
        .args(["--locale=C", "--no-sync"])
        .args(locale(version));
    initdb.arguments.push(with_value("--pgdata=", data));
    initdb.arguments.push(with_value("--pwfile=", &draft));
    initdb.run_as = account.map(|account| (account.user, account.group));
    initdb.directory = Some(PathBuf::from("/"));
    let outcome = run(initdb).await?;
    if !outcome.status.success() {
        return Err(Error::Postgres(format!(
            "initdb failed:\n{}{}",
            outcome.stdout, outcome.stderr
        )));
    }
    let main = data.join("postgresql.conf");
    let mut text = std::fs::read_to_string(&main).map_err(Error::file(&main))?;
    let _infallible = writeln!(text, "include_if_exists = '{OUR_SETTINGS}'");
    std::fs::write(&main, text).map_err(Error::file(&main))?;
    std::fs::rename(&draft, password_file).map_err(Error::file(password_file))
}

/// Arguments for initdb: text is sorted by code point, and the letters of all languages are known.
///
/// In every version, `pg_trgm` asks the C library which characters are letters. With the C library's locale C, the
/// search index would contain no letters other than those of ASCII. Since version 17, PostgreSQL has its own tables for
/// everything else.
fn locale(version: PostgresVersion) -> Vec<&'static str> {
    let mut arguments = vec![if cfg!(target_os = "macos") {
        "--lc-ctype=en_US.UTF-8"
    } else {
        "--lc-ctype=C.UTF-8"
    }];
    if version >= PostgresVersion::V17 {
        arguments.extend(["--locale-provider=builtin", "--builtin-locale=C.UTF-8"]);
    }
    arguments
}

fn with_value(flag: &str, value: &Path) -> std::ffi::OsString {
    let mut argument = std::ffi::OsString::from(flag);
    argument.push(value);
    argument
}

fn write_private(path: &Path, text: &str, account: Option<Account>) -> Result<(), Error> {
    use std::io::Write as _;
    use std::os::unix::fs::OpenOptionsExt as _;
    let mut file = std::fs::OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(true)
        .mode(0o600)
        .open(path)
        .map_err(Error::file(path))?;
    file.write_all(text.as_bytes()).map_err(Error::file(path))?;
    if let Some(account) = account {
        std::os::unix::fs::chown(path, Some(account.user), Some(account.group))
            .map_err(Error::file(path))?;
    }
    Ok(())
}

/// Stops a server that an earlier run left behind. Its process id is in the data directory.
pub(super) async fn stop_left_behind(data: &Path) -> Result<(), Error> {
    let Some(pid) = left_behind(data).await else {
        return Ok(());
    };
    for (word, patience) in [
        (Signal::SIGINT, 10),
        (Signal::SIGQUIT, 5),
        (Signal::SIGKILL, 5),
    ] {
        let _gone_meanwhile = signal(pid, word);
        let deadline = Instant::now() + Duration::from_secs(patience);
        while Instant::now() < deadline {
            // Also true for a process that has ended but was not waited for: it has no arguments.
            if left_behind(data).await.is_none() {
                return Ok(());
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }
    Err(Error::Postgres(format!(
        "process {pid}, left from an earlier run, does not stop"
    )))
}

async fn left_behind(data: &Path) -> Option<u32> {
    let text = std::fs::read_to_string(data.join("postmaster.pid")).ok()?;
    let pid: u32 = text.lines().next()?.trim().parse().ok()?;
    // The process id may belong to another process by now, so its arguments must contain the path of this cluster.
    let mut ps = Program::new("ps").args(["-ww", "-o", "args=", "-p"]);
    ps.arguments.push(pid.to_string().into());
    let arguments = match std::fs::read(format!("/proc/{pid}/cmdline")) {
        Ok(arguments) => String::from_utf8_lossy(&arguments).replace('\0', " "),
        Err(_) => run(ps).await.ok()?.stdout,
    };
    arguments.contains(data.to_str()?).then_some(pid)
}
