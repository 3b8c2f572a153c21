//! `pg_dump` and `pg_restore` for the steps that back up.

use hallpass_platform::{Error, client_programs};

use super::context::Context;
use super::{machine, python};

/// A `PATH` that begins with them. Where nothing can fetch them yet, Python is installed first.
///
/// # Errors
/// There are none and they cannot be fetched.
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
