//! Python programs that a step needs, in a virtual environment under `target/`. It contains exactly the packages of a
//! requirements file, which pins their hashes.

use std::path::{Path, PathBuf};

use hallpass_platform::Error;
use hallpass_platform::processes::{Program, run};

use super::context::{Context, run_checked};
use super::machine;

/// A virtual environment with the packages of a requirements file and no others.
#[derive(Debug)]
pub(super) struct Python {
    directory: PathBuf,
}

impl Python {
    /// The virtual environment of a requirements file, whose path is relative to the root. It is created if it is
    /// missing or was created from other requirements. Every package must have a hash in the file and be a wheel, so
    /// that installing it runs no code of the package.
    ///
    /// # Errors
    /// Python or its venv module is missing and cannot be installed, or a download fails or does not match its hash.
    pub(super) async fn with(context: &Context, requirements: &str) -> Result<Self, Error> {
        machine::need(context, &["python3"], "python3").await?;
        let file = context.root().join(requirements);
        let wanted = std::fs::read_to_string(&file).map_err(Error::file(&file))?;
        let wanted = format!("# {}\n{wanted}", version().await?);
        let environment = Self {
            directory: context
                .root()
                .join("target/python")
                .join(name(requirements)),
        };
        let stamp = environment.directory.join("installed.txt");
        if std::fs::read_to_string(&stamp).is_ok_and(|installed| installed == wanted) {
            return Ok(environment);
        }
        need_venv(context).await?;
        let directory = environment.directory.to_string_lossy().into_owned();
        context
            .run_checked("python3", &["-m", "venv", "--clear", &directory])
            .await?;
        let mut pip = environment.program(context, "python");
        pip.arguments.extend(
            [
                "-m",
                "pip",
                "install",
                "--quiet",
                "--no-input",
                "--disable-pip-version-check",
                "--require-hashes",
                "--only-binary=:all:",
                "--requirement",
                requirements,
            ]
            .map(Into::into),
        );
        run_checked(pip).await?;
        // The file is written last, so that an interrupted installation is repeated.
        std::fs::write(&stamp, wanted).map_err(Error::file(&stamp))?;
        Ok(environment)
    }

    /// A program in the environment: `python`, or a command of a package. It runs in the root directory, and its output
    /// is shown.
    pub(super) fn program(&self, context: &Context, name: &str) -> Program {
        let path = self.directory.join("bin").join(name);
        context.program(&path.to_string_lossy(), &[])
    }
}

/// Name of the environment's directory: `tests-schemathesis` for `tests/schemathesis/requirements.txt`.
fn name(requirements: &str) -> String {
    let directory = Path::new(requirements).parent().unwrap_or(Path::new(""));
    directory.to_string_lossy().replace('/', "-")
}

/// Version of `python3`. An environment of another version may not start any more.
async fn version() -> Result<String, Error> {
    let outcome = run(Program::new("python3").args(["--version"])).await?;
    Ok(outcome.stdout.trim().to_owned())
}

/// Checks that `python3` can create virtual environments. On Debian, this needs another package.
pub(super) async fn need_venv(context: &Context) -> Result<(), Error> {
    let look = || run(Program::new("python3").args(["-c", "import ensurepip, venv"]));
    if look().await?.status.success() {
        return Ok(());
    }
    machine::install(context, "python3-venv").await?;
    if look().await?.status.success() {
        return Ok(());
    }
    Err(Error::Message(
        "python3 has no module ensurepip: the first python3 on the PATH is not Debian's; \
         install Python with its venv module"
            .to_owned(),
    ))
}

#[cfg(test)]
mod tests {
    use super::name;

    #[test]
    fn each_requirements_file_has_its_own_environment() {
        assert_eq!(
            name("tests/schemathesis/requirements.txt"),
            "tests-schemathesis"
        );
    }
}
