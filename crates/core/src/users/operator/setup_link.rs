//! A new one-time link, made by the operator.

use sqlx::query_file;

use super::super::setup_link::SetupLink;
use super::find::Who;
use crate::client::Client;
use crate::db::Effect;
use crate::tokens::link::LinkToken;
use crate::{AppContext, Error, Result};

/// Makes a new link for an active user; older ones die. One statement.
///
/// # Errors
/// [`Error::NotFound`] for an unknown or deactivated user.
pub async fn renew_setup_link(app: &AppContext, who: &Who, client: &Client) -> Result<SetupLink> {
    let (id, email) = who.parameters();
    let client = client.json();
    let renewed = app.db.fetch_optional(Effect::Once, || {
        query_file!("src/users/sql/operator_setup_link.sql", id, email, client)
    });
    let row = renewed.await?.ok_or(Error::NotFound)?;
    let token = LinkToken {
        user_id: row.id,
        credential_version: row.credential_version,
        made_at: row.made_at,
    };
    Ok(SetupLink::new(app, token))
}
