//! Python programs that a step needs: exactly what a requirements file pins by hashes, in an
//! environment of our own under `target/`.

use std::path::{Path, PathBuf};

use hallpass_platform::Error;
use hallpass_platform::processes::{Program, run};

use super::context::{Context, run_checked};
use super::machine;

/// An environment that has what a requirements file names, and nothing else.
#[derive(Debug)]
pub(super) struct Python {
    directory: PathBuf,
}

impl Python {
    /// The environment of a requirements file (its path from the root), made if it is not there or is
    /// another one's. Every package needs a hash in the file, and comes as a wheel: nothing of it runs
    /// while it is installed.
    ///
    /// # Errors
    /// There is no Python, or it cannot make environments, and we may not install either; a download
    /// failed, or is not what the file names.
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
        // Written last: an installation that was interrupted is begun again.
        std::fs::write(&stamp, wanted).map_err(Error::file(&stamp))?;
        Ok(environment)
    }

    /// A program of the environment (`python`, or a command that a package brings); it runs at the root
    /// and shows what it prints.
    pub(super) fn program(&self, context: &Context, name: &str) -> Program {
        let path = self.directory.join("bin").join(name);
        context.program(&path.to_string_lossy(), &[])
    }
}

/// The environment's directory: `tests/schemathesis/requirements.txt` has `tests-schemathesis`.
fn name(requirements: &str) -> String {
    let directory = Path::new(requirements).parent().unwrap_or(Path::new(""));
    directory.to_string_lossy().replace('/', "-")
}

/// What `python3` is: an environment made by another one may not start any more.
async fn version() -> Result<String, Error> {
    let outcome = run(Program::new("python3").args(["--version"])).await?;
    Ok(outcome.stdout.trim().to_owned())
}

/// Debian's Python comes without the part that puts pip into an environment.
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
    fn each_requirements_file_has_an_environment_of_its_own() {
        assert_eq!(
            name("tests/schemathesis/requirements.txt"),
            "tests-schemathesis"
        );
    }
}
