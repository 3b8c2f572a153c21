//! The variables: the environment's and, where it names no deployment, a file's.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use hallpass_core::config::{ConfigErrors, DatabaseConfig, LOCAL_URL};
use hallpass_core::{AppContext, Config};

use crate::dotenv;
use crate::failure::Failure;
use crate::outgoing::fetch_range;

/// All variables that name a database. They belong together: of the environment or of the file.
const DATABASES: [&str; 5] = [
    "DATABASE_URL",
    "DATABASE_URL_POOLED",
    "DATABASE_URL_UNPOOLED",
    "POSTGRES_URL",
    "POSTGRES_URL_NON_POOLING",
];

/// Public, and so good for nothing: no key that is derived from it is ever used.
const PLACEHOLDER_SECRET: &str = "cR0hMcwb2Pb3HOzVRGL8Jx0Yr4n9cFqZ3N5T1u7wXKE=";

/// Where values come from.
#[derive(Debug, Default)]
pub(crate) struct Environment {
    file: BTreeMap<String, String>,
    path: Option<PathBuf>,
}

/// What a deployment says of itself.
#[derive(Debug)]
pub(crate) struct Deployment {
    /// The environment that its keys belong to.
    pub(crate) environment: String,
    /// In whose name it issues tokens; None where it does not say.
    pub(crate) issuer: Option<String>,
}

impl Environment {
    /// Reads the file that is given, or the project's where the environment names nothing.
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
            Failure::configuration(format!("cannot read {shown}")).because(error)
        })?;
        let mut file = dotenv::parse(&text).map_err(|line| {
            Failure::configuration(format!("{shown}, line {line}: expected NAME=value"))
        })?;
        if DATABASES.into_iter().any(|name| of_process(name).is_some()) {
            file.retain(|name, _| !DATABASES.contains(&name.as_str()));
        }
        let path = Some(path.to_owned());
        Ok(Self { file, path })
    }

    /// A variable's value; an empty one counts as missing.
    pub(crate) fn get(&self, name: &str) -> Option<String> {
        let in_file = || self.file.get(name).cloned();
        of_process(name).or_else(in_file).filter(|v| !v.is_empty())
    }

    /// Whether any variable names a database, rightly or wrongly.
    pub(crate) fn names_database(&self) -> bool {
        DATABASES.into_iter().any(|name| self.get(name).is_some())
    }

    /// The file that was read, if one was.
    pub(crate) fn path(&self) -> Option<&Path> {
        self.path.as_deref()
    }

    /// Whether a variable comes from this process's environment, which wins over the file.
    pub(crate) fn is_of_process(name: &str) -> bool {
        of_process(name).is_some()
    }

    /// The product with another secret, in another environment (`VERCEL_ENV`), over the owner's connection.
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

    /// All that the product needs. On this machine links lead to `cargo dev` unless a variable says otherwise.
    pub(crate) fn config(&self) -> Result<Config, ConfigErrors> {
        let mut config = Config::read(&|name| self.get(name))?;
        let is_local = config.database.is_local() && !config.environment.is_production();
        if config.url.is_none() && is_local {
            config.url = Some(LOCAL_URL.to_owned());
        }
        Ok(config)
    }

    /// The direct connection.
    pub(crate) fn direct(&self) -> Result<DatabaseConfig, ConfigErrors> {
        DatabaseConfig::direct(&|name| self.get(name))
    }

    /// The functions' database alone, whatever is wrong with the secrets.
    pub(crate) fn database(&self) -> Result<DatabaseConfig, ConfigErrors> {
        self.without_secrets().map(|config| config.database)
    }

    /// The product over the owner's connection, for what needs no secret.
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
    reason = "core::config takes a closure; this is the command's"
)]
fn of_process(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}

/// `.hallpass/env` of the project that the current directory is in, else of the directory itself.
fn project_file() -> Option<PathBuf> {
    let here = std::env::current_dir().ok()?;
    let is_project = |directory: &&Path| directory.join("vercel.json").is_file();
    let project = here.ancestors().find(is_project).unwrap_or(&here);
    Some(project.join(".hallpass/env")).filter(|path| path.is_file())
}
