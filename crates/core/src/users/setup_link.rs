//! The one-time link with which a user sets a password that no administrator ever learns.

use sqlx::query_file;
use time::OffsetDateTime;
use uuid::Uuid;

use super::user::User;
use crate::authorization::{Actor, authorized};
use crate::client::Client;
use crate::db::Idempotency;
use crate::tokens::link::LinkToken;
use crate::{AppContext, Error, Result};

/// A link to hand to its user.
#[derive(Clone, Debug)]
pub struct SetupLink {
    /// The address; whoever has it can set the password.
    pub url: String,
    /// When it stops working.
    pub expires_at: OffsetDateTime,
}

impl SetupLink {
    /// The link of an account that was just made.
    pub(crate) fn first(app: &AppContext, user: &User) -> Self {
        let token = LinkToken {
            user_id: user.id,
            credential_version: 0,
            made_at: user.created_at,
        };
        Self::new(app, token)
    }

    /// The link of a token, where Hallpass is reached.
    #[must_use]
    pub fn new(app: &AppContext, token: LinkToken) -> Self {
        let url = app.config.url.as_deref().unwrap_or_default();
        Self {
            url: token.url(&app.keys, url),
            expires_at: token.expires_at(),
        }
    }
}

/// Makes a new link for an active user; older ones die. One statement; needs `users:write` and every
/// permission that the user holds.
///
/// # Errors
/// [`Error::NotFound`] for an unknown or deactivated user; [`Error::Unauthenticated`], [`Error::Forbidden`].
pub async fn renew_setup_link(
    app: &AppContext,
    actor: Actor<'_>,
    id: Uuid,
    client: &Client,
) -> Result<SetupLink> {
    let client = client.json();
    let rows = authorized(&app.db, actor, Idempotency::NotIdempotent, |caller| {
        query_file!("src/users/sql/setup_link.sql", caller, id, client,)
    });
    let made = rows.await?.into_iter().find_map(|row| {
        Some(LinkToken {
            user_id: id,
            credential_version: row.credential_version?,
            made_at: row.made_at,
        })
    });
    let token = made.ok_or(Error::NotFound)?;
    Ok(SetupLink::new(app, token))
}
