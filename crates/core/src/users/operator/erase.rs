//! Deletes the temporary account of a run of the operator's command.

use sqlx::query_file;

use crate::client::Client;
use crate::db::Idempotency;
use crate::users::Who;
use crate::{AppContext, Error, Result};

/// Deletes a temporary account and its sessions; its audit events are kept. One statement, which only the schema's
/// owner may run: the functions' role may not delete users.
///
/// # Errors
/// [`Error::NotFound`], also for an account that is not temporary.
pub async fn erase(app: &AppContext, who: &Who, client: &Client) -> Result<()> {
    let (id, email) = who.parameters();
    let client = client.json();
    let erased = app.db.fetch_optional(Idempotency::NotIdempotent, || {
        query_file!("src/users/sql/operator_erase.sql", id, email, client)
    });
    erased.await?.map(|_| ()).ok_or(Error::NotFound)
}
