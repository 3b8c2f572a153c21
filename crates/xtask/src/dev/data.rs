//! The data directory, which only one `cargo dev` uses at a time, and what it keeps between runs.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{Read as _, Write as _};
use std::path::{Path, PathBuf};

use hallpass_platform::Error;

use super::project::shown;

/// The locked data directory. However the process ends, the lock is released.
#[derive(Debug)]
pub(super) struct Data {
    directory: PathBuf,
    _lock: File,
}

impl Data {
    /// Locks the directory.
    pub(super) fn lock(directory: &Path, url: &str) -> Result<Self, Error> {
        std::fs::create_dir_all(directory).map_err(Error::file(directory))?;
        let path = directory.join("lock");
        let mut lock = OpenOptions::new()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .open(&path)
            .map_err(Error::file(&path))?;
        match lock.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                let mut holder = String::new();
                lock.read_to_string(&mut holder)
                    .map_err(Error::file(&path))?;
                return Err(Error::Message(format!(
                    "cargo dev already runs on {} ({}); stop it, or choose another --data and --port",
                    shown(directory),
                    holder.trim()
                )));
            }
            Err(TryLockError::Error(error)) => return Err(Error::file(&path)(error)),
        }
        lock.set_len(0).map_err(Error::file(&path))?;
        writeln!(lock, "process {}, {url}", std::process::id()).map_err(Error::file(&path))?;
        Ok(Self {
            directory: directory.to_owned(),
            _lock: lock,
        })
    }

    pub(super) fn database(&self) -> PathBuf {
        self.directory.join("postgres")
    }

    pub(super) fn environment_file(&self) -> PathBuf {
        self.directory.join("env")
    }
}
