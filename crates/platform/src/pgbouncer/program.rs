//! Finds a PgBouncer that tracks named statements (1.21 or later), or builds one.
//!
//! Debian 12 has version 1.18, which does not track them. If the installed version is too old, the source package of
//! the next Debian release is downloaded from the same mirror, verified with apt's signatures, and built. This takes
//! about 15 seconds, and is done once.

use std::path::{Path, PathBuf};

use nix::unistd::geteuid;

use super::{failed, mirror};
use crate::Error;
use crate::processes::{Program, run};

/// The first version that has `max_prepared_statements`.
const OLDEST: (u32, u32) = (1, 21);
/// The Debian release whose source package is built.
const SOURCE_RELEASE: &str = "trixie";
/// Debian packages that the build needs.
const NEEDED: [&str; 7] = [
    "gcc",
    "libc6-dev",
    "libc-ares-dev",
    "libevent-dev",
    "libssl-dev",
    "make",
    "pkg-config",
];

/// A suitable program: the installed one, or one that was built before, or one that is built now under `cache`.
pub(super) async fn located(cache: &Path) -> Result<PathBuf, Error> {
    let built = cache.join("pgbouncer");
    for candidate in [
        PathBuf::from("pgbouncer"),
        PathBuf::from("/usr/sbin/pgbouncer"),
        built.clone(),
    ] {
        if is_suitable(&candidate).await {
            return Ok(candidate);
        }
    }
    std::fs::create_dir_all(cache).map_err(Error::file(cache))?;
    // Two test programs may reach this point at the same time. The second one waits and then finds the program.
    let lock_path = cache.join("lock");
    let lock = std::fs::File::create(&lock_path).map_err(Error::file(&lock_path))?;
    lock.lock().map_err(Error::file(&lock_path))?;
    if !is_suitable(&built).await {
        build(cache, &built).await?;
    }
    Ok(built)
}

async fn is_suitable(program: &Path) -> bool {
    match run(Program::new(program).args(["--version"])).await {
        Ok(outcome) => version(&outcome.stdout).is_some_and(|version| version >= OLDEST),
        Err(_) => false,
    }
}

/// Parses `PgBouncer 1.24.1`, which is followed by lines about libraries.
fn version(text: &str) -> Option<(u32, u32)> {
    let mut numbers = text.lines().next()?.strip_prefix("PgBouncer ")?.split('.');
    Some((numbers.next()?.parse().ok()?, numbers.next()?.parse().ok()?))
}

async fn build(cache: &Path, built: &Path) -> Result<(), Error> {
    let Some(mirror) = mirror::of_this_machine() else {
        return Err(failed(
            "version 1.21 or later is not on PATH, and cannot be built because this is not a Debian with a package mirror; \
             install it"
                .to_owned(),
        ));
    };
    let work = tempfile::Builder::new()
        .prefix("build-")
        .tempdir_in(cache)
        .map_err(Error::system("making a build directory"))?;
    let work = work.path();
    install_needed().await?;
    let apt = Apt::new(work, &mirror)?;
    apt.get(&["update"]).await?;
    apt.get(&["source", "--download-only", "pgbouncer"]).await?;
    let archive = only_archive(work)?;
    let source = work.join("source");
    std::fs::create_dir(&source).map_err(Error::file(&source))?;
    shell(
        work,
        "tar",
        &[
            "-xzf",
            &archive.to_string_lossy(),
            "-C",
            "source",
            "--strip-components=1",
        ],
    )
    .await?;
    shell(&source, "./configure", &["--without-pam"]).await?;
    shell(&source, "make", &["-j4", "pgbouncer"]).await?;
    // The program is renamed when it is complete, so that no other process sees an incomplete one.
    std::fs::rename(source.join("pgbouncer"), built).map_err(Error::file(built))?;
    if is_suitable(built).await {
        return Ok(());
    }
    Err(failed(format!(
        "{} was built and does not run",
        built.display()
    )))
}

async fn install_needed() -> Result<(), Error> {
    let installed = run(Program::new("dpkg").args(["--status"]).args(NEEDED)).await?;
    if installed.status.success() {
        return Ok(());
    }
    if !geteuid().is_root() {
        return Err(failed(format!(
            "building it needs packages: sudo apt-get install {}",
            NEEDED.join(" ")
        )));
    }
    let here = Path::new("/");
    // Without package lists apt cannot install anything, and old lists may name packages that no longer exist.
    shell(here, "apt-get", &["update", "-qq"]).await?;
    let install = ["install", "-qq", "-y", "--no-install-recommends"];
    shell(here, "apt-get", &[&install[..], &NEEDED[..]].concat()).await
}

/// apt with its own lists, so that those of the machine are not changed.
struct Apt<'a> {
    work: &'a Path,
    options: Vec<String>,
}

impl<'a> Apt<'a> {
    fn new(work: &'a Path, mirror: &mirror::Mirror) -> Result<Self, Error> {
        for directory in ["lists/partial", "cache/archives/partial"] {
            let directory = work.join(directory);
            std::fs::create_dir_all(&directory).map_err(Error::file(&directory))?;
        }
        let sources = work.join("debian.sources");
        std::fs::write(&sources, mirror.source_packages_of(SOURCE_RELEASE))
            .map_err(Error::file(&sources))?;
        let place = work.display();
        let options = [
            format!("Dir::Etc::SourceList={}", sources.display()),
            "Dir::Etc::SourceParts=/dev/null".to_owned(),
            format!("Dir::State::Lists={place}/lists"),
            format!("Dir::Cache={place}/cache"),
            // apt would otherwise download as another user, who cannot write to this directory.
            "APT::Sandbox::User=root".to_owned(),
        ];
        Ok(Self {
            work,
            options: options
                .into_iter()
                .flat_map(|option| ["-o".to_owned(), option])
                .collect(),
        })
    }

    async fn get(&self, arguments: &[&str]) -> Result<(), Error> {
        let options = self.options.iter().map(String::as_str);
        let all: Vec<_> = options.chain(arguments.iter().copied()).collect();
        shell(self.work, "apt-get", &all).await
    }
}

fn only_archive(work: &Path) -> Result<PathBuf, Error> {
    std::fs::read_dir(work)
        .map_err(Error::file(work))?
        .filter_map(|entry| Some(entry.ok()?.path()))
        .find(|path| path.to_string_lossy().ends_with(".orig.tar.gz"))
        .ok_or_else(|| failed("its source package contains no .orig.tar.gz"))
}

async fn shell(directory: &Path, program: &str, arguments: &[&str]) -> Result<(), Error> {
    let mut command = Program::new(program).args(arguments.iter().copied());
    command.directory = Some(directory.to_owned());
    command
        .environment
        .push(("DEBIAN_FRONTEND".to_owned(), "noninteractive".to_owned()));
    let outcome = run(command).await?;
    if outcome.status.success() {
        return Ok(());
    }
    Err(failed(format!(
        "{program} {} failed:\n{}{}",
        arguments.join(" "),
        outcome.stdout,
        outcome.stderr
    )))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_version_is_read_as_numbers() {
        assert_eq!(
            version("PgBouncer 1.24.1\nlibevent 2.1.12-stable\n"),
            Some((1, 24))
        );
        assert!(version("PgBouncer 1.9.0\n") < Some(OLDEST));
        assert!(version("PgBouncer 1.18.0\n") < Some(OLDEST));
        assert_eq!(version("bash: not found"), None);
    }
}
