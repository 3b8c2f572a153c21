//! The programs of the cluster. They are installed from the distribution's packages; the drill installs nothing.

use std::path::{Path, PathBuf};

use hallpass_platform::Error;
use hallpass_platform::processes::{Program, run};

/// Directories that contain servers but are not on the `PATH` of an ordinary user.
const OF_SERVERS: [&str; 2] = ["/usr/sbin", "/usr/local/sbin"];
/// Directory with one directory for each major version of PostgreSQL, as Debian's packages have it.
const VERSIONS: &str = "/usr/lib/postgresql";
/// What Patroni calls, beside `pg_ctl`.
const OF_POSTGRES: [&str; 5] = [
    "postgres",
    "initdb",
    "pg_basebackup",
    "pg_rewind",
    "pg_controldata",
];
/// The first Patroni whose primary cannot take the leader key back from its successor with etcd's API version 3
/// (<https://github.com/patroni/patroni/pull/2689>). Older ones use the API version 2, where they compare first.
const COMPARES_WITH_ETCD3: [u32; 3] = [3, 0, 3];

/// The programs of the cluster.
#[derive(Debug)]
pub(super) struct Programs {
    pub(super) patroni: PathBuf,
    pub(super) patronictl: PathBuf,
    pub(super) etcd: PathBuf,
    pub(super) haproxy: PathBuf,
    /// Directory of PostgreSQL's programs.
    pub(super) postgres: PathBuf,
    /// Versions of Patroni and PostgreSQL, for people.
    pub(super) versions: String,
    /// Whether Patroni uses etcd's API version 3.
    pub(super) uses_etcd3: bool,
}

impl Programs {
    /// Finds all programs.
    ///
    /// # Errors
    /// Some are missing; the message names all packages to install.
    pub(super) async fn find() -> Result<Self, Error> {
        let mut missing = Vec::new();
        let mut find = |name: &str, package: &'static str| {
            let found = located(name);
            if found.is_none() {
                missing.push((name.to_owned(), package));
            }
            found.unwrap_or_default()
        };
        let patroni = find("patroni", "patroni");
        let patronictl = find("patronictl", "patroni");
        let etcd = find("etcd", "etcd-server");
        let haproxy = find("haproxy", "haproxy");
        let postgres = newest_postgres();
        if postgres.is_none() {
            missing.push((OF_POSTGRES.join(", "), "postgresql"));
        }
        let Some(postgres) = postgres.filter(|_| missing.is_empty()) else {
            return Err(are_missing(&missing));
        };
        let version = version_of(&patroni).await?;
        let server = version_of(&postgres.join("postgres")).await?;
        Ok(Self {
            patronictl,
            etcd,
            haproxy,
            uses_etcd3: numbers(&version) >= COMPARES_WITH_ETCD3,
            versions: format!("{version}, {server}"),
            patroni,
            postgres,
        })
    }
}

fn are_missing(missing: &[(String, &str)]) -> Error {
    let names: Vec<_> = missing.iter().map(|(name, _)| name.as_str()).collect();
    let mut packages: Vec<_> = missing.iter().map(|(_, package)| *package).collect();
    packages.dedup();
    Error::Message(format!(
        "missing programs: {}; on Debian and Ubuntu run `sudo apt-get install {}`",
        names.join(", "),
        packages.join(" ")
    ))
}

fn located(name: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&path)
        .chain(OF_SERVERS.map(PathBuf::from))
        .map(|directory| directory.join(name))
        .find(|program| program.is_file())
}

/// The programs of the newest version that is installed.
fn newest_postgres() -> Option<PathBuf> {
    let is_complete = |directory: &Path| {
        OF_POSTGRES
            .iter()
            .all(|name| directory.join(name).is_file())
    };
    let versions = std::fs::read_dir(VERSIONS).ok()?;
    let mut versions: Vec<u32> = versions
        .filter_map(|entry| entry.ok()?.file_name().to_str()?.parse().ok())
        .collect();
    versions.sort_unstable();
    versions
        .iter()
        .rev()
        .map(|version| Path::new(VERSIONS).join(version.to_string()).join("bin"))
        .find(|directory| is_complete(directory))
}

/// The first line of `--version`.
async fn version_of(program: &Path) -> Result<String, Error> {
    let outcome = run(Program::new(program).args(["--version"])).await?;
    let line = outcome.stdout.lines().next().unwrap_or_default();
    Ok(line.trim().to_owned())
}

/// The numbers of a version such as `patroni 3.0.2`. A missing number is 0.
fn numbers(version: &str) -> [u32; 3] {
    let mut numbers = version
        .split_whitespace()
        .last()
        .unwrap_or_default()
        .split('.')
        .map(|number| number.parse().unwrap_or(0));
    [(); 3].map(|()| numbers.next().unwrap_or(0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn missing_programs_are_named_with_their_packages() {
        let missing = [
            ("patroni".to_owned(), "patroni"),
            ("patronictl".to_owned(), "patroni"),
            ("etcd".to_owned(), "etcd-server"),
        ];
        assert_eq!(
            are_missing(&missing).to_string(),
            "missing programs: patroni, patronictl, etcd; on Debian and Ubuntu run `sudo apt-get install patroni \
             etcd-server`"
        );
    }

    #[test]
    fn patroni_of_debian_12_does_not_use_the_newer_api() {
        assert!(numbers("patroni 3.0.2") < COMPARES_WITH_ETCD3);
        assert!(numbers("patroni 3.0.3") >= COMPARES_WITH_ETCD3);
        assert!(numbers("patroni 4.0.4") >= COMPARES_WITH_ETCD3);
    }
}
