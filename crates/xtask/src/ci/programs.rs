//! `pg_dump` and `pg_restore`, for steps that create backups.

use hallpass_platform::{Error, client_programs};

use super::context::Context;
use super::{machine, python};

/// A `PATH` that begins with the directory of the programs. Installs Python first if nothing else can download them.
///
/// # Errors
/// The programs are not installed and cannot be downloaded.
pub(super) async fn path(context: &Context) -> Result<String, Error> {
    let directory = if let Ok(directory) = client_programs().await {
        directory
    } else {
        machine::need(context, &["python3"], "python3").await?;
        python::need_venv(context).await?;
        client_programs().await?
    };
    let path = std::env::var_os("PATH").unwrap_or_default();
    let all = std::iter::once(directory).chain(std::env::split_paths(&path));
    let path =
        std::env::join_paths(all).map_err(|error| Error::Message(format!("PATH: {error}")))?;
    Ok(path.to_string_lossy().into_owned())
}
