//! The checkout in which `cargo dev` runs, and the tools that it needs.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::path::{Path, PathBuf};

use hallpass_platform::Error;
use hallpass_platform::processes::{Program, run};
use serde::Deserialize;

/// The oldest Node.js version that can build the console.
const OLDEST_NODE: u32 = 20;

/// The checkout, and the environment of this process, which is read once.
#[derive(Debug)]
pub(crate) struct Project {
    pub(crate) root: PathBuf,
    environment: BTreeMap<String, String>,
}

impl Project {
    /// The project that contains the current directory.
    pub(crate) fn find() -> Result<Self, Error> {
        let here =
            std::env::current_dir().map_err(Error::system("finding the current directory"))?;
        let is_root = |directory: &&Path| {
            directory.join("vercel.json").is_file() && directory.join("Cargo.toml").is_file()
        };
        let root = here.ancestors().find(is_root).ok_or_else(|| {
            Error::Message("run this inside the project: no vercel.json here or above".to_owned())
        })?;
        let environment = std::env::vars_os()
            .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)))
            .collect();
        Ok(Self {
            root: root.to_owned(),
            environment,
        })
    }

    /// A variable of the environment. An empty value counts as missing.
    pub(super) fn variable(&self, name: &str) -> Option<&str> {
        self.environment
            .get(name)
            .map(String::as_str)
            .filter(|value| !value.is_empty())
    }

    pub(super) fn variables(&self) -> impl Iterator<Item = (&str, &str)> {
        self.environment
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// Checks that Node.js and npm are installed. They install the database server and build the console.
    pub(super) async fn check_tools(&self) -> Result<(), Error> {
        let missing = |what: &str| {
            Error::Message(format!(
                "{what}; Node.js {OLDEST_NODE} or later with npm is needed: https://nodejs.org/en/download"
            ))
        };
        let version = run(Program::new("node").args(["--version"])).await;
        let version = version
            .map_err(|_| missing("node is not installed"))?
            .stdout;
        let major = version.trim().trim_start_matches('v').split('.').next();
        let major: Option<u32> = major.and_then(|major| major.parse().ok());
        if major.is_none_or(|major| major < OLDEST_NODE) {
            return Err(missing(&format!("node {} is too old", version.trim())));
        }
        let path = self.variable("PATH").unwrap_or_default();
        if !std::env::split_paths(path).any(|directory| directory.join("npm").is_file()) {
            return Err(missing("npm is not installed"));
        }
        Ok(())
    }

    /// A cargo command in the project, without the variables that `cargo run` has set for this program.
    pub(super) fn cargo(&self) -> Program {
        let mut cargo = Program::new(self.variable("CARGO").unwrap_or("cargo"));
        cargo.directory = Some(self.root.clone());
        let ours = [
            "CARGO_PKG_",
            "CARGO_MANIFEST_",
            "CARGO_BIN_",
            "CARGO_CRATE_",
            "CARGO_PRIMARY_",
        ];
        cargo.without = self
            .environment
            .keys()
            .filter(|name| ours.iter().any(|prefix| name.starts_with(prefix)))
            .map(OsString::from)
            // Without this variable, macros cannot query a database during the build.
            .chain(["DATABASE_URL".into()])
            .collect();
        cargo
    }

    /// Directory that cargo writes build output to.
    pub(super) async fn target_directory(&self) -> Result<PathBuf, Error> {
        #[derive(Deserialize)]
        struct Metadata {
            target_directory: PathBuf,
        }
        let cargo = self
            .cargo()
            .args(["metadata", "--no-deps", "--format-version=1", "--quiet"]);
        let outcome = run(cargo).await?;
        if !outcome.status.success() {
            return Err(Error::Message(format!(
                "cargo metadata failed:\n{}",
                outcome.stderr
            )));
        }
        let metadata: Metadata = serde_json::from_str(&outcome.stdout)
            .map_err(|error| Error::Message(format!("cargo metadata: {error}")))?;
        Ok(metadata.target_directory)
    }
}

/// The path relative to the current directory, if it is inside of it.
pub(super) fn shown(path: &Path) -> String {
    let here = std::env::current_dir().unwrap_or_default();
    path.strip_prefix(&here)
        .unwrap_or(path)
        .display()
        .to_string()
}
