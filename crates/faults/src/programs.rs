//! The executables that the scenarios need. What is missing is named before anything is started.

use std::path::{Path, PathBuf};

use hallpass_platform::processes::{Program, inherited_from_cargo, run};
use hallpass_platform::{Error, api_files};

/// Root directory of the checkout.
pub(crate) fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// Builds the functions if wanted, and returns the directory with their executables: that of this program.
pub(crate) async fn find(needs_pgbouncer: bool, is_built: bool) -> Result<PathBuf, Error> {
    let own = std::env::current_exe().map_err(Error::system("finding this program"))?;
    let binaries = own.parent().map(PathBuf::from).unwrap_or_default();
    if !npm_is_there().await {
        return Err(Error::Message(
            "npm is missing, which installs PostgreSQL: install Node.js 24".to_owned(),
        ));
    }
    if needs_pgbouncer {
        hallpass_platform::pgbouncer::find().await?;
    }
    if !is_built {
        let mut build = Program::new("cargo").args(["build", "--bins"]);
        if binaries.ends_with("release") {
            build.arguments.push("--release".into());
        }
        build.directory = Some(root());
        build.without = inherited_from_cargo();
        build.show_output = true;
        let output = run(build).await?;
        if !output.status.success() {
            return Err(Error::Message(
                "the functions do not build; see above".to_owned(),
            ));
        }
    }
    let missing: Vec<_> = api_files(&root())?
        .into_iter()
        .map(|(name, _)| name)
        .filter(|name| !binaries.join(name).is_file())
        .collect();
    if missing.is_empty() {
        return Ok(binaries);
    }
    Err(Error::Message(format!(
        "{} does not contain {}: run without --no-build",
        binaries.display(),
        missing.join(", ")
    )))
}

async fn npm_is_there() -> bool {
    let version = Program::new("npm").args(["--version"]);
    run(version)
        .await
        .is_ok_and(|outcome| outcome.status.success())
}
