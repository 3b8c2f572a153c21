//! Finds the newest release in the history of the project.

use std::path::Path;

use hallpass_platform::Error;

use super::git;

/// What the rollback checks print if the project has no release yet.
pub(crate) const NONE: &str =
    "there is no release before this commit yet, so there is nothing to roll back to";

/// The commit of a release.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Newest {
    /// Commit id or tag.
    pub(super) commit: String,
    /// Name for people: `release v1.2.3` or `release 1.2.3 (commit 0123456)`.
    pub(super) name: String,
}

impl Newest {
    /// The newest release before HEAD: the highest tag `vX.Y.Z`. If there are no such tags, because tags cannot be
    /// pushed, the release is the newest commit that changes the version in `Cargo.toml` from `X.Y.Z-dev` to `X.Y.Z`.
    pub(super) async fn find(root: &Path) -> Result<Option<Self>, Error> {
        fetch_history(root).await?;
        match by_tag(root).await? {
            Some(release) => Ok(Some(release)),
            None => by_version(root).await,
        }
    }
}

/// Fetches the whole history, because a shallow clone contains neither the tags nor the commits.
async fn fetch_history(root: &Path) -> Result<(), Error> {
    if git(root, &["rev-parse", "--is-shallow-repository"]).await? != "true" {
        return Ok(());
    }
    let fetched = git(root, &["fetch", "--quiet", "--unshallow", "--tags"]).await;
    fetched.map(drop).map_err(|error| {
        Error::Message(format!(
            "this is a shallow clone, and the newest release is found in the history. \
             Run: git fetch --unshallow --tags\n{error}"
        ))
    })
}

async fn by_tag(root: &Path) -> Result<Option<Newest>, Error> {
    let arguments = [
        "tag",
        "--merged=HEAD",
        // A release is compared with the previous one, not with itself.
        "--no-contains=HEAD",
        "--sort=-v:refname",
        "--list",
        "v*",
    ];
    let tags = git(root, &arguments).await?;
    let newest = tags.lines().find(|tag| is_release(tag));
    Ok(newest.map(|tag| Newest {
        commit: tag.to_owned(),
        name: format!("release {tag}"),
    }))
}

/// `v1.2.3`, but not the pre-release `v1.2.3-rc.1`.
fn is_release(tag: &str) -> bool {
    let version = tag.strip_prefix('v').unwrap_or_default();
    version.starts_with(|c: char| c.is_ascii_digit()) && !version.contains('-')
}

async fn by_version(root: &Path) -> Result<Option<Newest>, Error> {
    let head = git(root, &["rev-parse", "HEAD"]).await?;
    let arguments = [
        "log",
        "--patch",
        "--unified=0",
        "--no-ext-diff",
        "--format=%x00%H",
        "-G^version = \"",
        "--",
        "Cargo.toml",
    ];
    let log = git(root, &arguments).await?;
    let commits = log.split('\0').filter_map(|entry| {
        let (commit, patch) = entry.split_once('\n')?;
        Some((commit, released(patch)?))
    });
    let newest = commits.into_iter().find(|(commit, _)| *commit != head);
    Ok(newest.map(|(commit, version)| Newest {
        commit: commit.to_owned(),
        name: format!(
            "release {version} (commit {})",
            commit.get(..7).unwrap_or(commit)
        ),
    }))
}

/// The version in a patch of `Cargo.toml` that removes the suffix `-dev`.
fn released(patch: &str) -> Option<&str> {
    let versions = |sign| patch.lines().filter_map(move |line| version(line, sign));
    versions("+").find(|after| {
        versions("-").any(|before| before.strip_suffix("-dev").is_some_and(|v| v == *after))
    })
}

fn version<'p>(line: &'p str, sign: &str) -> Option<&'p str> {
    let value = line.strip_prefix(sign)?.strip_prefix("version = \"")?;
    value.split('"').next()
}

#[cfg(test)]
mod tests {
    use super::super::tests::Repository;

    #[tokio::test]
    async fn there_is_no_release_if_no_commit_removed_the_suffix_dev() {
        let repository = Repository::new().await;
        repository.set_version("0.1.0").await;
        repository.set_version("0.1.0-dev").await;
        repository.tag("v0.1.0-rc.1").await;
        repository.tag("vendor").await;
        repository.commit("README.md", "a").await;
        assert_eq!(repository.newest().await, None);
    }

    #[tokio::test]
    async fn without_tags_the_release_is_the_newest_commit_that_removes_the_suffix_dev() {
        let repository = Repository::new().await;
        let mut released = Vec::new();
        for version in ["0.1.0", "0.2.0"] {
            repository.set_version(&format!("{version}-dev")).await;
            repository.commit("README.md", version).await;
            released.push(repository.set_version(version).await);
        }
        let of = |commit: &str, version: &str| {
            let name = format!("release {version} (commit {})", &commit[..7]);
            Some((commit.to_owned(), name))
        };
        let before_this_one = of(&released[0], "0.1.0");
        assert_eq!(repository.newest().await, before_this_one);
        repository.set_version("0.3.0-dev").await;
        repository.commit("README.md", "b").await;
        assert_eq!(repository.newest().await, of(&released[1], "0.2.0"));
    }

    #[tokio::test]
    async fn with_tags_the_release_is_the_highest_version_before_head() {
        let repository = Repository::new().await;
        for version in ["0.9.0", "0.10.0", "0.11.0-rc.1"] {
            repository.set_version(version).await;
            repository.tag(&format!("v{version}")).await;
        }
        // A tag takes precedence over the version.
        repository.set_version("0.10.1-dev").await;
        repository.set_version("0.10.1").await;
        repository.tag("v0.10.1").await;
        let expected = ("v0.10.0".to_owned(), "release v0.10.0".to_owned());
        assert_eq!(repository.newest().await, Some(expected));
    }

    #[tokio::test]
    async fn a_dependency_that_loses_its_suffix_is_not_a_release() {
        let repository = Repository::new().await;
        repository.set_version("0.1.0-dev").await;
        let manifest = "version = \"0.1.0-dev\"\ntime = \"0.3.0-dev\"\n";
        repository.commit("Cargo.toml", manifest).await;
        let manifest = manifest.replace("0.3.0-dev", "0.3.0");
        repository.commit("Cargo.toml", &manifest).await;
        repository.commit("README.md", "a").await;
        assert_eq!(repository.newest().await, None);
    }
}
