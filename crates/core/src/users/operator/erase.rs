//! Erases the account that a run of the operator's command made for itself.

use sqlx::query_file;

use crate::client::Client;
use crate::db::Idempotency;
use crate::users::Who;
use crate::{AppContext, Error, Result};

/// Deletes a throwaway account and its sessions; its audit events stay. One statement, and the owner's alone: the
/// functions' role may not delete users.
///
/// # Errors
/// [`Error::NotFound`], also for an account that is not a throwaway one.
pub async fn erase(app: &AppContext, who: &Who, client: &Client) -> Result<()> {
    let (id, email) = who.parameters();
    let client = client.json();
    let erased = app.db.fetch_optional(Idempotency::NotIdempotent, || {
        query_file!("src/users/sql/operator_erase.sql", id, email, client)
    });
    erased.await?.map(|_| ()).ok_or(Error::NotFound)
}
