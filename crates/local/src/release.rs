//! The release that a rollback would lead to: which commit it is, its source, its programs.

use std::path::{Path, PathBuf};

use sqlx::migrate::Migrator;

use crate::{
    Error,
    processes::{Program, run},
};

/// A commit, checked out beside the project and built there.
#[derive(Debug)]
pub(crate) struct Release {
    /// For people: the tag, or the commit and why it was taken.
    pub(crate) name: String,
    /// Its files.
    pub(crate) source: PathBuf,
    target: PathBuf,
}

impl Release {
    /// The last release tag (`v…`); before there is one, the commit before the newest migration.
    ///
    /// # Errors
    /// The project's history is not at hand, or the sources cannot be written.
    pub(crate) async fn last(root: &Path) -> Result<Self, Error> {
        if git(root, &["rev-parse", "--is-shallow-repository"]).await? == "true" {
            git(root, &["fetch", "--quiet", "--unshallow", "--tags"])
                .await
                .map_err(|error| {
                    Error::Step(format!(
                        "this is a shallow clone, and the release before is in its history: \
                         git fetch --unshallow --tags\n{error}"
                    ))
                })?;
        }
        let tags = git(
            root,
            &[
                "tag",
                "--merged",
                "HEAD",
                "--sort=-v:refname",
                "--list",
                "v*",
            ],
        );
        let (commit, name) = match tags.await?.lines().next() {
            Some(tag) => (tag.to_owned(), format!("release {tag}")),
            None => before_newest_migration(root).await?,
        };
        let directory = root.join("target/rollback");
        let release = Self {
            name,
            source: directory.join("source"),
            target: directory.join("target"),
        };
        release.check_out(root, &commit).await?;
        Ok(release)
    }

    /// The number of its newest migration.
    pub(crate) async fn schema(&self) -> Result<i64, Error> {
        newest_migration(&self.source).await
    }

    /// The name that its API suite gives to the database that its tests clone.
    pub(crate) async fn template(&self) -> Result<String, Error> {
        let migrations = migrations(&self.source).await?;
        // As `schema::fingerprint` in crates/core does it.
        let sum = migrations
            .iter()
            .flat_map(|migration| migration.checksum.iter())
            .fold(0_u64, |sum, byte| {
                sum.wrapping_mul(31).wrapping_add(u64::from(*byte))
            });
        Ok(format!("hallpass_template_{sum:x}"))
    }

    /// Where its programs are.
    pub(crate) fn programs(&self) -> PathBuf {
        self.target.join("debug")
    }

    /// Builds its functions, and the operator's command.
    pub(crate) async fn build(&self) -> Result<(), Error> {
        let mut build = self.cargo(&["build", "--bin", "hallpass"]);
        let api = self.source.join("api");
        for entry in std::fs::read_dir(&api).map_err(Error::file(&api))? {
            let path = entry.map_err(Error::file(&api))?.path();
            if let Some(name) = path.file_stem() {
                build.arguments.extend(["--bin".into(), name.to_owned()]);
            }
        }
        must(build).await.map(drop)
    }

    /// Cargo in its sources, with a directory of its own for what is built.
    pub(crate) fn cargo(&self, arguments: &[&str]) -> Program {
        let mut program = Program::new("cargo").args(arguments);
        program.directory = Some(self.source.clone());
        program.without = crate::ci::inherited_from_cargo();
        program.environment = vec![(
            "CARGO_TARGET_DIR".to_owned(),
            self.target.to_string_lossy().into_owned(),
        )];
        program.show_output = true;
        program
    }

    /// Writes the commit's files anew, and lends them the dependencies that are compiled already.
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
        must(unpack).await?;
        std::fs::remove_file(&archive).map_err(Error::file(&archive))?;
        self.lend_dependencies(root).await?;
        // Written last: what was interrupted is begun again.
        std::fs::write(&stamp, commit).map_err(Error::file(&stamp))
    }

    /// Hard links to what is compiled: crates of the registry are the same wherever they are used, and
    /// minutes are saved. Where that cannot be, they are compiled again.
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

/// The migrations of a checkout.
async fn migrations(root: &Path) -> Result<Migrator, Error> {
    let directory = root.join("migrations");
    Migrator::new(directory.as_path())
        .await
        .map_err(|error| Error::Step(format!("{}: {error}", directory.display())))
}

/// The number of a checkout's newest migration.
pub(crate) async fn newest_migration(root: &Path) -> Result<i64, Error> {
    let migrations = migrations(root).await?;
    let versions = migrations.iter().map(|migration| migration.version);
    Ok(versions.max().unwrap_or_default())
}

async fn before_newest_migration(root: &Path) -> Result<(String, String), Error> {
    let files = git(root, &["ls-tree", "--name-only", "HEAD", "migrations/"]).await?;
    let file = files
        .lines()
        .filter(|file| {
            Path::new(file)
                .extension()
                .is_some_and(|kind| kind == "sql")
        })
        .max()
        .ok_or_else(|| Error::Step("migrations/: there is none".to_owned()))?;
    // Under whatever number it was added.
    let added = [
        "log",
        "--follow",
        "--diff-filter=A",
        "--format=%H",
        "--",
        file,
    ];
    let added = git(root, &added).await?;
    let commit = format!("{}^", added.lines().last().unwrap_or("HEAD"));
    let short = git(root, &["log", "-1", "--format=%h", &commit]).await?;
    Ok((commit, format!("{short}, the commit before {file}")))
}

/// What git prints, without the last line's end.
async fn git(root: &Path, arguments: &[&str]) -> Result<String, Error> {
    // A checkout often belongs to somebody else than who runs CI, in a container above all.
    let safe = format!("safe.directory={}", root.display());
    let mut program = Program::new("git").args(["-c", &safe]).args(arguments);
    program.directory = Some(root.to_owned());
    Ok(must(program).await?.trim_end().to_owned())
}

async fn must(program: Program) -> Result<String, Error> {
    let outcome = run(program).await?;
    if outcome.status.success() {
        return Ok(outcome.stdout);
    }
    Err(Error::Step(format!(
        "the release before: {}\n{}{}",
        outcome.status, outcome.stdout, outcome.stderr
    )))
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn repository() -> tempfile::TempDir {
        let directory = tempfile::tempdir().unwrap();
        let root = directory.path();
        git(root, &["init", "--quiet"]).await.unwrap();
        std::fs::create_dir(root.join("migrations")).unwrap();
        directory
    }

    async fn commit(root: &Path, file: &str) -> String {
        std::fs::write(root.join(file), file).unwrap();
        git(root, &["add", "."]).await.unwrap();
        let who = ["-c", "user.name=a", "-c", "user.email=a@example.com"];
        let what = ["commit", "--quiet", "--no-gpg-sign", "-m", file];
        git(root, &[who.as_slice(), what.as_slice()].concat())
            .await
            .unwrap();
        git(root, &["rev-parse", "HEAD"]).await.unwrap()
    }

    #[tokio::test]
    async fn before_the_first_tag_it_is_the_commit_before_the_newest_migration() {
        let repository = repository().await;
        let root = repository.path();
        commit(root, "migrations/1_a.sql").await;
        let before = commit(root, "README.md").await;
        commit(root, "migrations/1_b.sql").await;
        git(root, &["mv", "migrations/1_b.sql", "migrations/2_b.sql"])
            .await
            .unwrap();
        commit(root, "CHANGELOG.md").await;
        let release = Release::last(root).await.unwrap();
        let found = std::fs::read_to_string(release.source.join(".commit")).unwrap();
        assert_eq!(found, before);
        assert_eq!(release.schema().await.unwrap(), 1);
        assert!(!release.source.join("migrations/2_b.sql").exists());
        assert!(
            release
                .name
                .ends_with("the commit before migrations/2_b.sql")
        );
    }

    #[tokio::test]
    async fn with_tags_it_is_the_newest_release() {
        let repository = repository().await;
        let root = repository.path();
        commit(root, "migrations/1_a.sql").await;
        for tag in ["v0.9.0", "v0.10.0"] {
            commit(root, tag).await;
            git(root, &["tag", tag]).await.unwrap();
        }
        commit(root, "migrations/2_b.sql").await;
        let release = Release::last(root).await.unwrap();
        assert_eq!(release.name, "release v0.10.0");
        assert!(release.source.join("v0.10.0").is_file());
        assert_eq!(release.schema().await.unwrap(), 1);
    }
}
