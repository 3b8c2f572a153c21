//! A database cluster on disk: made once, configured at every start, cleared of a server left behind.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use nix::sys::signal::Signal;

use super::PostgresVersion;
use super::account::Account;
use crate::processes::{Program, run, signal};
use crate::{Error, random_password};

/// Our settings, beside the cluster's own and included by them; `alter system` wins over both.
const OUR_SETTINGS: &str = "hallpass.conf";

/// A cluster's directory with what belongs to it.
#[derive(Debug)]
pub(super) struct Cluster {
    /// The server's working files (PGDATA).
    pub(super) data: PathBuf,
    /// What the server prints.
    pub(super) log: PathBuf,
    /// The superuser's password.
    pub(super) password: String,
}

impl Cluster {
    /// The cluster in `directory`, made if there is none.
    pub(super) async fn open(
        directory: &Path,
        programs: &Path,
        version: PostgresVersion,
        account: Option<Account>,
    ) -> Result<Self, Error> {
        let data = directory.join("cluster");
        let password_file = directory.join("superuser");
        // PG_VERSION is written early; the password file's final name is given last of all.
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

    /// Writes the settings that hold from the next start.
    pub(super) fn configure(&self, settings: &[(String, String)]) -> Result<(), Error> {
        let mut text = String::new();
        for (name, value) in settings {
            let _infallible = writeln!(text, "{name} = '{}'", value.replace('\'', "''"));
        }
        let path = self.data.join(OUR_SETTINGS);
        std::fs::write(&path, text).map_err(Error::file(&path))
    }

    /// The last lines that the server printed.
    pub(super) fn last_words(&self) -> String {
        let log = std::fs::read_to_string(&self.log).unwrap_or_default();
        let lines: Vec<_> = log.lines().rev().take(15).collect();
        lines.into_iter().rev().collect::<Vec<_>>().join("\n")
    }
}

/// A server reads the files of its own major version only.
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
    // What an interrupted attempt left is worth nothing.
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

/// Orders by code point and knows the letters of every language.
///
/// `pg_trgm` asks the C library what a letter is, in every version: with its locale C the search index would hold no
/// letter outside of ASCII. Since version 17 everything else is by PostgreSQL's own tables.
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

/// Stops a server that outlived whoever started it: its process id stands in the cluster.
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
            // Also true of a process that has ended but that nobody waits for: it has no arguments.
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
    // The number may since have been given to another process: it must name this very cluster.
    let mut ps = Program::new("ps").args(["-ww", "-o", "args=", "-p"]);
    ps.arguments.push(pid.to_string().into());
    let arguments = match std::fs::read(format!("/proc/{pid}/cmdline")) {
        Ok(arguments) => String::from_utf8_lossy(&arguments).replace('\0', " "),
        Err(_) => run(ps).await.ok()?.stdout,
    };
    arguments.contains(data.to_str()?).then_some(pid)
}
