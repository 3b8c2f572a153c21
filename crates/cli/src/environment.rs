//! Variables from the environment or, if the environment does not configure a deployment, from a dotenv file.

use std::collections::BTreeMap;
use std::io::{self, IsTerminal as _, Write as _};
use std::path::{Path, PathBuf};

use hallpass_core::config::{ConfigErrors, DatabaseConfig, LOCAL_URL};
use hallpass_core::{AppContext, Config};

use crate::failure::Failure;
use crate::outgoing::fetch_range;
use crate::output::{Output, escaped};

/// Variables that name a database. All of them are read from the same source: the environment or the file.
const DATABASES: [&str; 5] = [
    "DATABASE_URL",
    "DATABASE_URL_POOLED",
    "DATABASE_URL_UNPOOLED",
    "POSTGRES_URL",
    "POSTGRES_URL_NON_POOLING",
];

/// Secret for commands that need none. It is public, and no key derived from it is used.
const PLACEHOLDER_SECRET: &str = "cR0hMcwb2Pb3HOzVRGL8Jx0Yr4n9cFqZ3N5T1u7wXKE=";

#[derive(Debug, Default)]
pub(crate) struct Environment {
    file: BTreeMap<String, String>,
    path: Option<PathBuf>,
}

/// Identity of a deployment, as it reports it.
#[derive(Debug)]
pub(crate) struct Deployment {
    /// Environment that the keys are derived for.
    pub(crate) environment: String,
    /// Issuer of the deployment's tokens, if it reports one.
    pub(crate) issuer: Option<String>,
}

impl Environment {
    /// Reads the given file or, if the environment does not configure a deployment, the project's file.
    pub(crate) fn load(given: Option<&Path>) -> Result<Self, Failure> {
        if let Some(path) = given {
            return Self::read(path);
        }
        let names_one = |name: &str| of_process(name).is_some();
        if DATABASES.into_iter().any(names_one) || names_one("HALLPASS_SECRET") {
            return Ok(Self::default());
        }
        match project_file() {
            Some(path) => Self::read(&path),
            None => Ok(Self::default()),
        }
    }

    fn read(path: &Path) -> Result<Self, Failure> {
        let shown = path.display();
        let text = std::fs::read_to_string(path).map_err(|error| {
            Failure::configuration(format!("cannot read {shown}"))
                .because(error)
                .next("check the path and the permissions of the file")
        })?;
        let mut file = hallpass_dotenv::parse(&text).map_err(|line| {
            Failure::configuration(format!("{shown}, line {line}: expected NAME=value"))
                .next("correct the line, or comment it out with #")
        })?;
        if DATABASES.into_iter().any(|name| of_process(name).is_some()) {
            file.retain(|name, _| !DATABASES.contains(&name.as_str()));
        }
        let path = Some(path.to_owned());
        Ok(Self { file, path })
    }

    /// Value of a variable; an empty value counts as missing.
    pub(crate) fn get(&self, name: &str) -> Option<String> {
        let in_file = || self.file.get(name).cloned();
        of_process(name).or_else(in_file).filter(|v| !v.is_empty())
    }

    /// Whether any database variable is set, valid or not.
    pub(crate) fn names_database(&self) -> bool {
        DATABASES.into_iter().any(|name| self.get(name).is_some())
    }

    /// Prints to a terminal which database the command uses, and where it was configured. Invalid variables are left to
    /// the command, which reports all of them.
    pub(crate) fn announce_database(&self, output: Output) -> io::Result<()> {
        if output.json || !io::stderr().is_terminal() {
            return Ok(());
        }
        let Ok(Config {
            database,
            environment,
            ..
        }) = self.without_secrets()
        else {
            return Ok(());
        };
        let variable = database.variable;
        let origin = match self.path() {
            Some(path) if !Self::is_of_process(variable) => {
                format!("{variable} in {}", path.display())
            }
            _ => variable.to_owned(),
        };
        let line = format!(
            "database: {} ({origin}, {})",
            database.address(),
            environment.as_str()
        );
        writeln!(anstream::stderr(), "{}", escaped(&line))
    }

    /// The file that was read, if there is one.
    pub(crate) fn path(&self) -> Option<&Path> {
        self.path.as_deref()
    }

    /// Whether a variable is set in the process environment, which takes precedence over the file.
    pub(crate) fn is_of_process(name: &str) -> bool {
        of_process(name).is_some()
    }

    /// An application context with another secret and environment (`VERCEL_ENV`), on the owner's connection.
    pub(crate) fn with_secret(
        &self,
        secret: &str,
        deployment: &Deployment,
    ) -> Result<AppContext, ConfigErrors> {
        let mut config = Config::read(&|name| match name {
            "HALLPASS_SECRET" => Some(secret.to_owned()),
            "HALLPASS_SECRET_PREVIOUS" => None,
            "VERCEL_ENV" => Some(deployment.environment.clone()),
            "HALLPASS_URL" => deployment.issuer.clone().or_else(|| self.get(name)),
            _ => self.get(name),
        })?;
        config.database = self.direct()?;
        Ok(AppContext::new(config, fetch_range))
    }

    /// The complete configuration. If the database is local, the default URL of one-time links is that of `cargo dev`.
    pub(crate) fn config(&self) -> Result<Config, ConfigErrors> {
        let mut config = Config::read(&|name| self.get(name))?;
        let is_local = config.database.is_local() && !config.environment.is_production();
        if config.url.is_none() && is_local {
            config.url = Some(LOCAL_URL.to_owned());
        }
        Ok(config)
    }

    pub(crate) fn direct(&self) -> Result<DatabaseConfig, ConfigErrors> {
        DatabaseConfig::direct(&|name| self.get(name))
    }

    /// Configuration of the functions' database. Does not read the secrets.
    pub(crate) fn database(&self) -> Result<DatabaseConfig, ConfigErrors> {
        self.without_secrets().map(|config| config.database)
    }

    /// An application context on the owner's connection, for commands that need no secret.
    pub(crate) fn owners_product(&self) -> Result<AppContext, ConfigErrors> {
        let mut config = self.without_secrets()?;
        config.database = self.direct()?;
        Ok(AppContext::new(config, fetch_range))
    }

    fn without_secrets(&self) -> Result<Config, ConfigErrors> {
        let get = |name: &str| match name {
            "HALLPASS_SECRET" => Some(PLACEHOLDER_SECRET.to_owned()),
            "VERCEL_ENV" => self.get(name),
            _ if name.starts_with("DATABASE_") || name.starts_with("POSTGRES_") => self.get(name),
            _ => None,
        };
        Config::read(&get)
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "core::config reads variables through a closure, and this is the only one of the command"
)]
fn of_process(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}

/// `.hallpass/env` of the project that contains the current directory, or else `.hallpass/env` in the current
/// directory.
fn project_file() -> Option<PathBuf> {
    let here = std::env::current_dir().ok()?;
    let is_project = |directory: &&Path| directory.join("vercel.json").is_file();
    let project = here.ancestors().find(is_project).unwrap_or(&here);
    Some(project.join(".hallpass/env")).filter(|path| path.is_file())
}
