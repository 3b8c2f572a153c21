//! A file that is being written. It has a temporary name and mode 0600, is locked, and is deleted unless it is
//! finished.

use std::ffi::OsString;
use std::fs::{File, OpenOptions, TryLockError};
use std::io;
use std::path::{Path, PathBuf};

use crate::failure::{Exit, Failure};

/// The file `FILE.partial`. Dropping the value deletes the file.
#[derive(Debug)]
pub(super) struct Partial {
    file: File,
    path: PathBuf,
    target: PathBuf,
}

impl Partial {
    /// Creates the file. Removes the partial file of an earlier run first.
    ///
    /// # Errors
    /// The target exists, another process is writing it, or the directory is not writable.
    pub(super) fn begin(target: &Path) -> Result<Self, Failure> {
        if target.exists() {
            let detail = format!("{} already exists", target.display());
            return Err(Failure::new(Exit::Conflict, "file_exists", detail)
                .next("choose another file name; backups are never overwritten"));
        }
        let mut name = OsString::from(target);
        name.push(".partial");
        let path = PathBuf::from(name);
        let failed = |error: io::Error| cannot_write(&path, &error);
        if let Ok(left_behind) = File::open(&path) {
            // `pg_dump` inherits the lock, and holds it even if its parent process was killed.
            match left_behind.try_lock() {
                Ok(()) => std::fs::remove_file(&path).map_err(failed)?,
                Err(TryLockError::WouldBlock) => {
                    let detail = format!("another process is writing {}", target.display());
                    return Err(Failure::new(Exit::Conflict, "under_way", detail)
                        .next("wait for it to finish, or choose another file name"));
                }
                Err(TryLockError::Error(error)) => return Err(failed(error)),
            }
        }
        let mut options = OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let file = options.open(&path).map_err(failed)?;
        let partial = Self {
            file,
            target: target.to_owned(),
            path: path.clone(),
        };
        partial
            .file
            .try_lock()
            .map_err(|error| failed(error.into()))?;
        Ok(partial)
    }

    /// A file handle for a child process.
    pub(super) fn handle(&self) -> io::Result<File> {
        self.file.try_clone()
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// Bytes written so far.
    pub(super) fn length(&self) -> u64 {
        self.file.metadata().map_or(0, |metadata| metadata.len())
    }

    pub(super) fn sync(&self) -> io::Result<()> {
        self.file.sync_all()
    }

    /// Renames the file to its final name.
    pub(super) fn finish(self) -> io::Result<()> {
        self.sync()?;
        std::fs::rename(&self.path, &self.target)?;
        let directory = match self.target.parent() {
            Some(parent) if !parent.as_os_str().is_empty() => parent,
            _ => Path::new("."),
        };
        // Makes the rename durable, so that it survives a power failure.
        File::open(directory)?.sync_all()
    }
}

impl Drop for Partial {
    fn drop(&mut self) {
        // After `finish`, no file has this name.
        let _gone = std::fs::remove_file(&self.path);
    }
}

pub(super) fn cannot_write(path: &Path, error: &io::Error) -> Failure {
    let detail = format!("cannot write {}", path.display());
    Failure::new(Exit::Failed, "not_written", detail)
        .because(error)
        .next("choose a writable directory with enough free space with `--out DIR`")
}
