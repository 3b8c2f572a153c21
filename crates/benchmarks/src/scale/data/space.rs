//! Disk space that a data set needs.

use std::path::Path;

use super::size::Size;
use crate::Result;

/// Bytes of a row with its entries in all indexes, as measured, and rounded up.
const USER: u64 = 1_400;
const SESSION: u64 = 350;
const EVENT: u64 = 600;
/// The write-ahead log, temporary files of the index builds, and the server's own files.
const SERVER: u64 = 600_000_000;
/// The log grows with the data until it is as large as `max_wal_size`.
const LOG_MAX: u64 = 4_000_000_000;

/// Fails unless the file system of the directory has the space for what is missing. `present` are the bytes that exist.
pub(super) fn check(directory: &Path, size: &Size, present: u64) -> Result<()> {
    let needed = needed(size).saturating_sub(present);
    let existing = directory.ancestors().find(|path| path.exists());
    let found = rustix::fs::statvfs(existing.unwrap_or(Path::new("/")))?;
    let free = found.f_bavail * found.f_frsize;
    let gigabytes = |bytes: u64| bytes.div_ceil(100_000_000);
    if free < needed {
        let (needed, free) = (gigabytes(needed), gigabytes(free));
        return Err(format!(
            "{} needs {}.{} GB, and {}.{} GB are free: free some space, choose another directory with --data, \
             or generate less with --users, --sessions and --events",
            directory.display(),
            needed / 10,
            needed % 10,
            free / 10,
            free % 10
        )
        .into());
    }
    Ok(())
}

fn needed(size: &Size) -> u64 {
    let rows = size.users * USER + size.sessions * SESSION + size.events * EVENT;
    rows + SERVER + rows.min(LOG_MAX)
}
