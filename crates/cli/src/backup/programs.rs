//! Finds suitable versions of `pg_dump` and `pg_restore`, and runs them without a password on the command line.

use std::path::{Path, PathBuf};
use std::process::Stdio;

use hallpass_core::config::DatabaseConfig;
use tempfile::NamedTempFile;
use tokio::process::Command;

use crate::failure::{Exit, Failure};
use crate::libpq;

/// Directories where Debian, Homebrew and the macOS installer put PostgreSQL's programs.
const ELSEWHERE: [&str; 4] = [
    "/usr/lib/postgresql",
    "/opt/homebrew/opt",
    "/usr/local/opt",
    "/Library/PostgreSQL",
];

#[derive(Debug)]
pub(super) struct Programs {
    directory: PathBuf,
    pub(super) major: u32,
}

/// A command, and the file that must exist while it runs.
#[derive(Debug)]
pub(super) struct Run {
    pub(super) command: Command,
    _ca: Option<NamedTempFile>,
}

impl Programs {
    /// Finds the lowest major version that is not below `least`, in `PATH` and the installation directories. The lowest
    /// is the closest to the version of the server, and therefore preferred.
    ///
    /// # Errors
    /// There is no suitable version; the message lists the versions that were found, and how to install a suitable one.
    pub(super) async fn find(path: Option<&str>, least: u32) -> Result<Self, Failure> {
        let mut found: Vec<Self> = Vec::new();
        for directory in places(path.unwrap_or_default()) {
            if !directory.join("pg_restore").is_file() {
                continue;
            }
            if let Some(major) = major(&directory.join("pg_dump")).await {
                found.push(Self { directory, major });
            }
        }
        let (right, wrong): (Vec<_>, Vec<_>) = found
            .into_iter()
            .partition(|programs| programs.major >= least);
        let best = right.into_iter().min_by_key(|programs| programs.major);
        best.ok_or_else(|| missing(&wrong, least))
    }

    /// A program that connects to a database.
    ///
    /// # Errors
    /// The file with the CA certificate cannot be written.
    pub(super) fn connected(
        &self,
        program: &str,
        database: &DatabaseConfig,
    ) -> Result<Run, Failure> {
        let mut command = self.command(program);
        let ca = libpq::point_at(&mut command, database)?;
        Ok(Run { command, _ca: ca })
    }

    /// A program that reads a file and does not connect to a database.
    pub(super) fn command(&self, program: &str) -> Command {
        let mut command = Command::new(self.directory.join(program));
        // Inherited variables such as PGHOST would override ours.
        command
            .env_clear()
            .envs([("LC_ALL", "C"), ("PGCLIENTENCODING", "UTF8")])
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .kill_on_drop(true);
        command
    }
}

/// Runs a program and returns its standard output.
///
/// # Errors
/// The program failed; the message contains its standard error.
pub(super) async fn run(mut command: Command, code: &'static str) -> Result<String, Failure> {
    let output = command.output().await?;
    if output.status.success() {
        return Ok(String::from_utf8_lossy(&output.stdout).into_owned());
    }
    let program = Path::new(command.as_std().get_program());
    let name = program.file_name().unwrap_or_default().to_string_lossy();
    Err(failed(&name, &output.stderr, code))
}

/// An error that contains the standard error of the program.
pub(super) fn failed(name: &str, stderr: &[u8], code: &'static str) -> Failure {
    let said = String::from_utf8_lossy(stderr);
    let mut lines: Vec<_> = said
        .lines()
        .filter(|line| !line.trim().is_empty())
        .collect();
    lines.truncate(6);
    let said = lines.join(" ");
    let detail = if said.is_empty() {
        format!("{name} failed without a message")
    } else {
        said
    };
    if detail.contains("permission denied") || detail.contains("must be owner") {
        return Failure::new(Exit::Failed, "not_permitted", detail).next(
            "connect as the owner of the database, in DATABASE_URL_UNPOOLED or with `--into URL`",
        );
    }
    let next = match code {
        "backup_damaged" => "use another copy of the file, or another backup",
        _ => "fix the cause and run the command again; partial results were removed",
    };
    Failure::new(Exit::Failed, code, detail).next(next)
}

/// The major version: 18 for `pg_dump (PostgreSQL) 18.6 (Debian 18.6-1)`.
async fn major(program: &Path) -> Option<u32> {
    let output = Command::new(program).arg("--version").output().await.ok()?;
    let text = String::from_utf8(output.stdout).ok()?;
    let version = text.split(')').nth(1)?.split_whitespace().next()?;
    let digits = version.split(|c: char| !c.is_ascii_digit()).next()?;
    digits.parse().ok()
}

/// Directories in which the programs are searched.
fn places(path: &str) -> Vec<PathBuf> {
    let mut places: Vec<_> = std::env::split_paths(path).collect();
    for place in ELSEWHERE {
        let Ok(entries) = std::fs::read_dir(place) else {
            continue;
        };
        places.extend(entries.filter_map(|entry| Some(entry.ok()?.path().join("bin"))));
    }
    places
}

fn missing(others: &[Programs], least: u32) -> Failure {
    let there: Vec<_> = others
        .iter()
        .map(|programs| format!("{} in {}", programs.major, programs.directory.display()))
        .collect();
    let there = if there.is_empty() {
        "none was found".to_owned()
    } else {
        format!("found {}", there.join(", "))
    };
    let detail = format!("pg_dump and pg_restore {least} or later are required; {there}");
    Failure::new(Exit::Failed, "programs_missing", detail).next(format!(
        "install them with `apt-get install postgresql-client-{least}` (apt.postgresql.org) or `brew install \
         postgresql@{least}`; in a checkout, run `export PATH=\"$(cargo hallpass drill programs):$PATH\"`"
    ))
}
