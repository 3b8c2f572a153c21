//! One-time links with which users set a password that no administrator ever learns.

use sqlx::query_file;
use time::OffsetDateTime;
use uuid::Uuid;

use super::user::User;
use crate::authorization::{Actor, authorized};
use crate::client::Client;
use crate::db::{Idempotency, locking};
use crate::tokens::link::LinkToken;
use crate::{AppContext, Error, Result};

/// A one-time link to give to its user.
#[derive(Clone, Debug)]
pub struct SetupLink {
    /// URL of the link; whoever has it can set the password.
    pub url: String,
    /// Time at which the link expires.
    pub expires_at: OffsetDateTime,
}

impl SetupLink {
    /// The link of an account that was just created.
    pub(crate) fn first(app: &AppContext, user: &User) -> Self {
        let token = LinkToken {
            user_id: user.id,
            credential_version: 0,
            made_at: user.created_at,
        };
        Self::new(app, token)
    }

    /// The link of a token, at the public URL.
    #[must_use]
    pub fn new(app: &AppContext, token: LinkToken) -> Self {
        let url = app.config.url.as_deref().unwrap_or_default();
        Self {
            url: token.url(&app.keys, url),
            expires_at: token.expires_at(),
        }
    }
}

/// Makes a new link for an active user, which replaces older ones. One statement; needs `users:write` and all
/// permissions that the user has.
///
/// # Errors
/// [`Error::NotFound`] if the user does not exist or is deactivated; [`Error::Unauthenticated`], [`Error::Forbidden`].
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
    let made = locking(id, rows).await?.into_iter().find_map(|row| {
        Some(LinkToken {
            user_id: id,
            credential_version: row.credential_version?,
            made_at: row.made_at,
        })
    });
    let token = made.ok_or(Error::NotFound)?;
    Ok(SetupLink::new(app, token))
}
