//! The unprivileged account that PostgreSQL runs as if we are root. PostgreSQL refuses to run as root.

use std::fs::File;
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _, lchown};
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use nix::unistd::{User, geteuid};
use sha2::{Digest as _, Sha256};

use crate::Error;
use crate::hex::hex;

/// Directory for the data of servers that root starts, if the account cannot reach the wanted directory.
const SHARED: &str = "/var/lib/hallpass-local";

/// An unprivileged account.
#[derive(Debug, Clone, Copy)]
pub(super) struct Account {
    pub(super) user: u32,
    pub(super) group: u32,
}

impl Account {
    /// The account to use; `None` if we are not root.
    pub(super) fn needed() -> Result<Option<Self>, Error> {
        if !geteuid().is_root() {
            return Ok(None);
        }
        match User::from_name("nobody") {
            Ok(Some(nobody)) => Ok(Some(Self { user: nobody.uid.as_raw(), group: nobody.gid.as_raw() })),
            _ => Err(Error::Postgres(
                "it refuses to run as root, and there is no user \"nobody\" to run it as; run this as an ordinary user".to_owned(),
            )),
        }
    }

    /// Whether a line of shell with one argument succeeds when the account runs it.
    fn can(self, attempt: &str, path: &Path) -> bool {
        Command::new("/bin/sh")
            .args(["-c", attempt, "sh"])
            .arg(path)
            .current_dir("/")
            .uid(self.user)
            .gid(self.group)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .status()
            .is_ok_and(|status| status.success())
    }

    /// A directory that belongs to the account: `wanted`, or another one if the account cannot enter a parent directory
    /// of `wanted` (for example if the checkout is in root's home directory).
    pub(super) fn own_directory(self, wanted: &Path) -> Result<PathBuf, Error> {
        self.take(wanted)?;
        if self.can(r#"cd "$1" && test -w ."#, wanted) {
            return Ok(wanted.to_owned());
        }
        let _nothing_in_it = std::fs::remove_dir(wanted);
        let elsewhere = elsewhere(wanted);
        self.take(&elsewhere)?;
        open_to_all(Path::new(SHARED))?;
        if self.can(r#"cd "$1" && test -w ."#, &elsewhere) {
            return Ok(elsewhere);
        }
        Err(Error::Postgres(format!(
            "the user that it runs as (nobody) can access neither {} nor {}",
            wanted.display(),
            elsewhere.display()
        )))
    }

    fn take(self, directory: &Path) -> Result<(), Error> {
        std::fs::create_dir_all(directory).map_err(Error::file(directory))?;
        let owner = std::fs::metadata(directory).map_err(Error::file(directory))?;
        if (owner.uid(), owner.gid()) == (self.user, self.group) {
            return Ok(());
        }
        self.take_tree(directory)
    }

    /// Also changes the owner of the contents, because an ordinary user may have created the cluster that root now
    /// starts.
    fn take_tree(self, path: &Path) -> Result<(), Error> {
        lchown(path, Some(self.user), Some(self.group)).map_err(Error::file(path))?;
        if path
            .symlink_metadata()
            .is_ok_and(|metadata| metadata.is_dir())
        {
            for entry in std::fs::read_dir(path).map_err(Error::file(path))? {
                self.take_tree(&entry.map_err(Error::file(path))?.path())?;
            }
        }
        Ok(())
    }

    /// The program files, or a copy of them if the account cannot run them where they are.
    pub(super) fn reachable_copy(self, programs: &Path, version: &str) -> Result<PathBuf, Error> {
        if self.can(r#""$1/bin/postgres" --version"#, programs) {
            return Ok(programs.to_owned());
        }
        let shared = Path::new(SHARED);
        std::fs::create_dir_all(shared).map_err(Error::file(shared))?;
        open_to_all(shared)?;
        // Several servers may be started at the same time, by one program or by several. The others wait for the first
        // copy.
        let lock_path = shared.join("copy.lock");
        let lock = File::create(&lock_path).map_err(Error::file(&lock_path))?;
        lock.lock().map_err(Error::file(&lock_path))?;
        let copy = shared.join(format!("postgresql-{version}"));
        if !self.can(r#""$1/bin/postgres" --version"#, &copy) {
            // The copy gets its final name when it is complete.
            let draft = copy.with_extension("draft");
            let _left_over = std::fs::remove_dir_all(&draft);
            copy_tree(programs, &draft)?;
            let _incomplete = std::fs::remove_dir_all(&copy);
            std::fs::rename(&draft, &copy).map_err(Error::file(&copy))?;
        }
        if self.can(r#""$1/bin/postgres" --version"#, &copy) {
            return Ok(copy);
        }
        Err(Error::Postgres(format!(
            "{} does not run: a system library may be missing; try it by hand",
            copy.join("bin/postgres").display()
        )))
    }
}

/// Directory for data if the account cannot reach the wanted directory.
pub(super) fn elsewhere(wanted: &Path) -> PathBuf {
    let absolute = std::path::absolute(wanted).unwrap_or_else(|_| wanted.to_owned());
    let digest = Sha256::digest(absolute.as_os_str().as_encoded_bytes());
    Path::new(SHARED).join(hex(&digest[..8]))
}

fn open_to_all(directory: &Path) -> Result<(), Error> {
    let open = std::fs::Permissions::from_mode(0o755);
    std::fs::set_permissions(directory, open).map_err(Error::file(directory))
}

fn copy_tree(from: &Path, to: &Path) -> Result<(), Error> {
    std::fs::create_dir_all(to).map_err(Error::file(to))?;
    open_to_all(to)?;
    for entry in std::fs::read_dir(from).map_err(Error::file(from))? {
        let entry = entry.map_err(Error::file(from))?;
        let (source, target) = (entry.path(), to.join(entry.file_name()));
        // Follows symbolic links, so that the copy contains files instead of links.
        let metadata = std::fs::metadata(&source).map_err(Error::file(&source))?;
        if metadata.is_dir() {
            copy_tree(&source, &target)?;
        } else {
            std::fs::copy(&source, &target).map_err(Error::file(&target))?;
            let mode = metadata.permissions().mode();
            let readable = std::fs::Permissions::from_mode(
                mode | 0o444 | ((mode & 0o100) >> 3) | ((mode & 0o100) >> 6),
            );
            std::fs::set_permissions(&target, readable).map_err(Error::file(&target))?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn many_servers_that_are_started_at_once_share_one_copy() {
        // An ordinary user does not need a copy.
        let Some(account) = Account::needed().unwrap() else {
            return;
        };
        let directory = tempfile::tempdir().unwrap();
        let closed = std::fs::Permissions::from_mode(0o700);
        std::fs::set_permissions(directory.path(), closed).unwrap();
        let bin = directory.path().join("bin");
        std::fs::create_dir(&bin).unwrap();
        std::fs::write(bin.join("postgres"), "#!/bin/sh\n").unwrap();
        open_to_all(&bin.join("postgres")).unwrap();
        for library in 0..200 {
            std::fs::write(directory.path().join(library.to_string()), "").unwrap();
        }
        let version = format!("test.{}", std::process::id());
        let copies: Vec<_> = std::thread::scope(|scope| {
            let copy = || account.reachable_copy(directory.path(), &version);
            let threads: Vec<_> = (0..8).map(|_| scope.spawn(copy)).collect();
            threads
                .into_iter()
                .map(|thread| thread.join().unwrap())
                .collect()
        });
        let copies: Vec<_> = copies.into_iter().map(Result::unwrap).collect();
        let files = std::fs::read_dir(&copies[0]).unwrap().count();
        std::fs::remove_dir_all(&copies[0]).unwrap();
        assert!(copies.iter().all(|copy| *copy == copies[0]), "{copies:?}");
        assert_eq!(files, 201);
        assert!(copies[0].starts_with(SHARED), "{copies:?}");
    }
}
