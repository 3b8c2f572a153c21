//! PostgreSQL's own programs, told where to connect without a password on a command line.

use std::io::Write as _;

use hallpass_core::config::DatabaseConfig;
use tempfile::NamedTempFile;
use tokio::process::Command;

use crate::failure::Failure;

/// Names the database to a program. What comes back is a file that it needs while it runs.
///
/// # Errors
/// The CA cannot be written where the program reads it.
pub(crate) fn point_at(
    command: &mut Command,
    database: &DatabaseConfig,
) -> Result<Option<NamedTempFile>, Failure> {
    let libpq = database.libpq();
    command.envs(libpq.variables);
    let Some(pem) = libpq.ca else {
        return Ok(None);
    };
    let mut file = NamedTempFile::new()?;
    file.write_all(pem.as_bytes())?;
    command.env("PGSSLROOTCERT", file.path());
    Ok(Some(file))
}
