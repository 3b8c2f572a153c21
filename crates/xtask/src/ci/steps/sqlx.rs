//! Compares the saved descriptions of `query!` statements (crates/*/.sqlx) with a database that was just migrated.
//!
//! With `SQLX_OFFLINE=false` the macros query the database during compilation, and save the descriptions in
//! `SQLX_OFFLINE_DIR`. A build setting of these packages that has another value in each run makes cargo compile them
//! again, but not their dependencies.

use std::collections::BTreeMap;
use std::path::Path;

use hallpass_platform::Error;
use sqlx::migrate::Migrator;
use sqlx::{Connection as _, PgConnection};

use crate::ci::context::{Context, run_checked};

/// A package that contains `query!`.
struct Package {
    name: &'static str,
    directory: &'static str,
    /// A program that contains this package and, of the other packages, only those before it in [`PACKAGES`].
    program: &'static str,
}

const PACKAGES: [Package; 2] = [
    Package {
        name: "hallpass-core",
        directory: "crates/core",
        program: "health",
    },
    Package {
        name: "hallpass-cli",
        directory: "crates/cli",
        program: "hallpass",
    },
];

/// The same as in `hallpass_core::schema`, which this crate does not depend on.
const SCHEMA: &str = "hallpass";
const MIGRATIONS_TABLE: &str = "hallpass._sqlx_migrations";

/// A random number of codegen units. `cargo check` does not use it.
fn nonce() -> Result<u32, Error> {
    let random = getrandom::u32().map_err(|error| {
        Error::Message(format!(
            "the operating system provides no random bytes: {error}"
        ))
    })?;
    Ok(1_000 + random % 1_000_000)
}

type Saved = BTreeMap<String, String>;

pub(super) async fn run(context: &mut Context) -> Result<(), Error> {
    let url = migrated(context).await?;
    let mut differences = Vec::new();
    // The same value for all programs: cargo then compiles each package once, for the first program that contains it.
    let nonce = nonce()?;
    let settings = PACKAGES
        .map(|package| format!("profile.dev.package.{}.codegen-units={nonce}", package.name));
    for package in PACKAGES {
        let Package {
            name,
            directory,
            program,
        } = package;
        let fresh = tempfile::Builder::new()
            .prefix("hallpass-sqlx-")
            .tempdir()
            .map_err(Error::system("making a temporary directory"))?;
        // Not selected with `--package`: with another set of packages, the dependencies have other features and are
        // compiled again.
        let mut compile = context.program("cargo", &["check", "--bin", program]);
        for setting in &settings {
            compile
                .arguments
                .extend(["--config".into(), setting.into()]);
        }
        compile.environment.extend([
            ("SQLX_OFFLINE".to_owned(), "false".to_owned()),
            (
                "SQLX_OFFLINE_DIR".to_owned(),
                fresh.path().to_string_lossy().into_owned(),
            ),
            ("DATABASE_URL".to_owned(), url.clone()),
        ]);
        run_checked(compile).await?;
        let kept = context.root().join(directory).join(".sqlx");
        let (now, then) = (saved(fresh.path())?, saved(&kept)?);
        if now.is_empty() {
            return Err(Error::Message(format!(
                "{name} was compiled without a query to the database"
            )));
        }
        if context.may_fix() {
            replace(&kept, &now, &then)?;
        } else {
            differences.extend(
                compare(&now, &then)
                    .into_iter()
                    .map(|text| format!("{directory}/.sqlx: {text}")),
            );
        }
    }
    if differences.is_empty() {
        return Ok(());
    }
    differences.push("update them with: cargo ci --only sqlx --fix".to_owned());
    Err(Error::Message(differences.join("\n")))
}

/// URL of a database that only contains the schema of migrations/.
async fn migrated(context: &mut Context) -> Result<String, Error> {
    let migrations = context.root().join("migrations");
    let postgres = context.postgres().await?;
    postgres
        .execute("postgres", "drop database if exists sqlx_drift")
        .await?;
    postgres
        .execute("postgres", "create database sqlx_drift")
        .await?;
    let url = postgres.superuser_url("sqlx_drift");
    let failed = |error| Error::Message(format!("migrations/: {error}"));
    let mut connection = PgConnection::connect(&url).await?;
    let mut migrator = Migrator::new(migrations.as_path()).await.map_err(failed)?;
    migrator.create_schema(SCHEMA);
    migrator.dangerous_set_table_name(MIGRATIONS_TABLE);
    migrator.run(&mut connection).await.map_err(failed)?;
    connection.close().await?;
    Ok(url)
}

fn saved(directory: &Path) -> Result<Saved, Error> {
    let mut files = Saved::new();
    let Ok(entries) = std::fs::read_dir(directory) else {
        return Ok(files);
    };
    for entry in entries {
        let entry = entry.map_err(Error::file(directory))?;
        let name = entry.file_name().to_string_lossy().into_owned();
        if name.starts_with("query-") {
            files.insert(
                name,
                std::fs::read_to_string(entry.path()).map_err(Error::file(entry.path()))?,
            );
        }
    }
    Ok(files)
}

fn compare(now: &Saved, then: &Saved) -> Vec<String> {
    let same = |new: &str, old: &str| {
        let parse = |text: &str| serde_json::from_str::<serde_json::Value>(text).ok();
        new == old || (parse(new).is_some() && parse(new) == parse(old))
    };
    let missing = now.iter().filter_map(|(name, new)| match then.get(name) {
        None => Some(format!("{name} is missing")),
        Some(old) if !same(new, old) => Some(format!("{name} differs")),
        Some(_) => None,
    });
    let stale = then.keys().filter(|name| !now.contains_key(*name));
    missing
        .chain(stale.map(|name| format!("{name} does not belong to a query")))
        .collect()
}

fn replace(directory: &Path, now: &Saved, then: &Saved) -> Result<(), Error> {
    std::fs::create_dir_all(directory).map_err(Error::file(directory))?;
    for name in then.keys().filter(|name| !now.contains_key(*name)) {
        let path = directory.join(name);
        std::fs::remove_file(&path).map_err(Error::file(&path))?;
    }
    for (name, text) in now {
        let path = directory.join(name);
        std::fs::write(&path, text).map_err(Error::file(&path))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn files(list: &[(&str, &str)]) -> Saved {
        list.iter()
            .map(|(name, text)| ((*name).to_owned(), (*text).to_owned()))
            .collect()
    }

    #[test]
    fn missing_changed_and_stale_files_are_reported() {
        let then = files(&[("query-a.json", "{\"x\":1}"), ("query-b.json", "{}")]);
        assert!(
            compare(
                &files(&[("query-a.json", "{ \"x\": 1 }\n"), ("query-b.json", "{}")]),
                &then
            )
            .is_empty()
        );
        let now = files(&[("query-a.json", "{\"x\":2}"), ("query-c.json", "{}")]);
        assert_eq!(
            compare(&now, &then),
            [
                "query-a.json differs",
                "query-c.json is missing",
                "query-b.json does not belong to a query"
            ]
        );
    }

    #[test]
    fn a_fix_updates_adds_and_removes_files() {
        let directory = tempfile::tempdir().unwrap();
        let then = files(&[("query-a.json", "1"), ("query-b.json", "2")]);
        replace(directory.path(), &then, &Saved::new()).unwrap();
        let now = files(&[("query-a.json", "3"), ("query-c.json", "4")]);
        replace(directory.path(), &now, &then).unwrap();
        assert_eq!(saved(directory.path()).unwrap(), now);
    }
}
