//! The release that a rollback returns to: its commit, its sources and its executables.

mod newest;

use std::path::{Path, PathBuf};

use hallpass_platform::Error;
use hallpass_platform::processes::{Program, inherited_from_cargo, run};
use sqlx::migrate::Migrator;

pub(crate) use newest::NONE;
use newest::Newest;

/// Names of the template databases of the API suite begin with it.
pub(crate) const TEMPLATE_PREFIX: &str = "hallpass_shared_";

/// A release that is checked out and built in a separate directory.
#[derive(Debug)]
pub(crate) struct Release {
    /// Name for people: the tag or the version.
    pub(crate) name: String,
    /// Directory of the sources.
    pub(crate) source: PathBuf,
    target: PathBuf,
}

impl Release {
    /// The newest release before HEAD; `None` if there is no release yet.
    ///
    /// # Errors
    /// The history of the project is not available, or the sources cannot be written.
    pub(crate) async fn newest(root: &Path) -> Result<Option<Self>, Error> {
        let Some(Newest { commit, name }) = Newest::find(root).await? else {
            return Ok(None);
        };
        let directory = root.join("target/rollback");
        let release = Self {
            name,
            source: directory.join("source"),
            target: directory.join("target"),
        };
        release.check_out(root, &commit).await?;
        Ok(Some(release))
    }

    /// Version of the release's newest migration.
    pub(crate) async fn schema(&self) -> Result<i64, Error> {
        newest_migration(&self.source).await
    }

    /// Name of the template database that the release's API tests create.
    pub(crate) async fn template(&self) -> Result<String, Error> {
        template_of(&self.source).await
    }

    /// Directory of the executables.
    pub(crate) fn programs(&self) -> PathBuf {
        self.target.join("debug")
    }

    /// Builds the functions and the operator's command of the release.
    pub(crate) async fn build(&self) -> Result<(), Error> {
        let mut build = self.cargo(&["build", "--bin", "hallpass"]);
        let api = self.source.join("api");
        for entry in std::fs::read_dir(&api).map_err(Error::file(&api))? {
            let path = entry.map_err(Error::file(&api))?.path();
            if let Some(name) = path.file_stem() {
                build.arguments.extend(["--bin".into(), name.to_owned()]);
            }
        }
        output_of(build).await.map(drop)
    }

    /// A cargo command in the release's sources, with a separate target directory.
    pub(crate) fn cargo(&self, arguments: &[&str]) -> Program {
        let mut program = Program::new("cargo").args(arguments);
        program.directory = Some(self.source.clone());
        program.without = inherited_from_cargo();
        program.environment = vec![(
            "CARGO_TARGET_DIR".to_owned(),
            self.target.to_string_lossy().into_owned(),
        )];
        program.show_output = true;
        program
    }

    /// Writes the files of the commit, and links dependencies that are already compiled.
    async fn check_out(&self, root: &Path, commit: &str) -> Result<(), Error> {
        let commit = git(root, &["rev-parse", &format!("{commit}^{{commit}}")]).await?;
        let stamp = self.source.join(".commit");
        if std::fs::read_to_string(&stamp).is_ok_and(|before| before == commit) {
            return Ok(());
        }
        if self.source.exists() {
            std::fs::remove_dir_all(&self.source).map_err(Error::file(&self.source))?;
        }
        std::fs::create_dir_all(&self.source).map_err(Error::file(&self.source))?;
        let archive = self.source.with_extension("tar");
        let file = archive.to_string_lossy().into_owned();
        git(
            root,
            &["archive", "--format=tar", "--output", &file, &commit],
        )
        .await?;
        let mut unpack = Program::new("tar").args(["-xf", &file]);
        unpack.directory = Some(self.source.clone());
        output_of(unpack).await?;
        std::fs::remove_file(&archive).map_err(Error::file(&archive))?;
        self.lend_dependencies(root).await?;
        // The stamp is written last, so that an interrupted run is repeated.
        std::fs::write(&stamp, commit).map_err(Error::file(&stamp))
    }

    /// Creates hard links to compiled dependencies, which are the same in both checkouts. This saves several minutes.
    /// If links cannot be created, the dependencies are compiled again.
    async fn lend_dependencies(&self, root: &Path) -> Result<(), Error> {
        let (from, to) = (root.join("target/debug"), self.programs());
        if to.exists() || !from.is_dir() {
            return Ok(());
        }
        std::fs::create_dir_all(&to).map_err(Error::file(&to))?;
        for part in ["build", "deps", ".fingerprint"] {
            let link = Program::new("cp").args(["-al".into(), from.join(part), to.join(part)]);
            if !run(link).await?.status.success() {
                std::fs::remove_dir_all(&to).map_err(Error::file(&to))?;
                break;
            }
        }
        Ok(())
    }
}

/// The migrations in a checkout.
async fn migrations(root: &Path) -> Result<Migrator, Error> {
    let directory = root.join("migrations");
    Migrator::new(directory.as_path())
        .await
        .map_err(|error| Error::Message(format!("{}: {error}", directory.display())))
}

/// Version of the newest migration in a checkout.
pub(crate) async fn newest_migration(root: &Path) -> Result<i64, Error> {
    let migrations = migrations(root).await?;
    let versions = migrations.iter().map(|migration| migration.version);
    Ok(versions.max().unwrap_or_default())
}

/// Output of a git command, without the last line end.
async fn git(root: &Path, arguments: &[&str]) -> Result<String, Error> {
    // The checkout may belong to another user than the one who runs CI, especially in a container.
    let safe = format!("safe.directory={}", root.display());
    let mut program = Program::new("git").args(["-c", &safe]).args(arguments);
    program.directory = Some(root.to_owned());
    Ok(output_of(program).await?.trim_end().to_owned())
}

async fn output_of(program: Program) -> Result<String, Error> {
    let name = program.executable.to_string_lossy().into_owned();
    let outcome = run(program).await?;
    if outcome.status.success() {
        return Ok(outcome.stdout);
    }
    Err(Error::Message(format!(
        "{name}: {}\n{}{}",
        outcome.status, outcome.stdout, outcome.stderr
    )))
}

/// The tooling does not depend on the product: crates/test-support computes the same name.
async fn template_of(source: &Path) -> Result<String, Error> {
    let migrations = migrations(source).await?;
    let sum = migrations
        .iter()
        .flat_map(|migration| migration.checksum.iter())
        .fold(0_u64, |sum, byte| {
            sum.wrapping_mul(31).wrapping_add(u64::from(*byte))
        });
    Ok(format!("{TEMPLATE_PREFIX}{sum:x}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn the_template_has_the_name_that_the_api_suite_gives_it() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
        let name = template_of(&root).await.unwrap();
        assert_eq!(name, hallpass_test_support::template::name());
    }

    /// A repository with a history.
    pub(super) struct Repository(tempfile::TempDir);

    impl Repository {
        pub(super) async fn new() -> Self {
            let repository = Self(tempfile::tempdir().unwrap());
            repository.git(&["init", "--quiet"]).await;
            std::fs::create_dir(repository.0.path().join("migrations")).unwrap();
            repository
        }

        /// Commits a file, and returns the commit.
        pub(super) async fn commit(&self, file: &str, content: &str) -> String {
            std::fs::write(self.0.path().join(file), content).unwrap();
            self.git(&["add", "."]).await;
            let author = ["-c", "user.name=a", "-c", "user.email=a@example.com"];
            let commit = ["commit", "--quiet", "--no-gpg-sign", "-m", file];
            self.git(&[author.as_slice(), commit.as_slice()].concat())
                .await;
            self.git(&["rev-parse", "HEAD"]).await
        }

        pub(super) async fn set_version(&self, version: &str) -> String {
            let manifest = format!("[workspace.package]\nversion = \"{version}\"\n");
            self.commit("Cargo.toml", &manifest).await
        }

        pub(super) async fn tag(&self, name: &str) {
            self.git(&["tag", name]).await;
        }

        pub(super) async fn newest(&self) -> Option<(String, String)> {
            let newest = Newest::find(self.0.path()).await.unwrap();
            newest.map(|newest| (newest.commit, newest.name))
        }

        async fn git(&self, arguments: &[&str]) -> String {
            git(self.0.path(), arguments).await.unwrap()
        }
    }

    #[tokio::test]
    async fn the_files_of_the_newest_release_are_checked_out() {
        let repository = Repository::new().await;
        repository.commit("migrations/1_a.sql", "a").await;
        repository.set_version("0.1.0-dev").await;
        let released = repository.set_version("0.1.0").await;
        repository.commit("migrations/2_b.sql", "b").await;
        let release = Release::newest(repository.0.path()).await.unwrap().unwrap();
        let stamp = std::fs::read_to_string(release.source.join(".commit")).unwrap();
        assert_eq!(stamp, released);
        assert_eq!(release.schema().await.unwrap(), 1);
        assert!(!release.source.join("migrations/2_b.sql").exists());
    }

    #[tokio::test]
    async fn nothing_is_checked_out_before_the_first_release() {
        let repository = Repository::new().await;
        repository.set_version("0.1.0-dev").await;
        repository.commit("migrations/1_a.sql", "a").await;
        let root = repository.0.path();
        assert!(Release::newest(root).await.unwrap().is_none());
        assert!(!root.join("target").exists());
    }

    #[tokio::test]
    async fn a_shallow_clone_fetches_its_history_first() {
        let repository = Repository::new().await;
        repository.set_version("0.1.0-dev").await;
        let released = repository.set_version("0.1.0").await;
        repository.commit("README.md", "a").await;
        let clone = tempfile::tempdir().unwrap();
        let origin = format!("file://{}", repository.0.path().display());
        let arguments = ["clone", "--quiet", "--depth=1", &origin, "."];
        git(clone.path(), &arguments).await.unwrap();
        let newest = Newest::find(clone.path()).await.unwrap().unwrap();
        assert_eq!(newest.commit, released);
    }
}
