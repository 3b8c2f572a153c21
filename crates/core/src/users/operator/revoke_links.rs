//! Revokes every one-time link.

use sqlx::query_file;
use time::OffsetDateTime;

use crate::Result;
use crate::client::Client;
use crate::db::{Db, Idempotency};

/// Revokes all one-time links that were made before the returned time. One statement that updates a single row, however
/// many links there are.
///
/// # Errors
/// Database errors only.
pub async fn revoke_links(db: &Db, client: &Client) -> Result<OffsetDateTime> {
    let client = client.json();
    let row = db.fetch_one(Idempotency::NotIdempotent, || {
        query_file!("src/users/sql/operator_revoke_links.sql", client)
    });
    Ok(row.await?.valid_from)
}
