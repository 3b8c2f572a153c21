//! Connection settings for PostgreSQL's client programs, without a password on the command line.

use std::io::Write as _;

use hallpass_core::config::DatabaseConfig;
use tempfile::NamedTempFile;
use tokio::process::Command;

use crate::failure::Failure;

/// Sets the connection variables of a program. The returned file must exist while the program runs.
///
/// # Errors
/// The file with the CA certificate cannot be written.
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
