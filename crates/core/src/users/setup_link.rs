//! The one-time link with which a user sets a password that no administrator ever learns.

use sqlx::query_file;
use time::OffsetDateTime;
use uuid::Uuid;

use crate::client::Client;
use crate::db::Effect;
use crate::sessions::authorized;
use crate::tokens::access::Claims;
use crate::tokens::link::LinkToken;
use crate::{Error, Hallpass, Result};

/// A link to hand to its user.
#[derive(Clone, Debug)]
pub struct SetupLink {
    /// The address; whoever has it can set the password.
    pub url: String,
    /// When it stops working.
    pub expires_at: OffsetDateTime,
}

impl SetupLink {
    /// The link of a token, on our own first origin.
    #[must_use]
    pub fn new(hallpass: &Hallpass, token: LinkToken) -> Self {
        let origin = hallpass.config.origins.first().map_or("", String::as_str);
        let expires_at = OffsetDateTime::from_unix_timestamp(token.expires_at);
        Self {
            url: token.url(&hallpass.keys, origin),
            expires_at: expires_at.unwrap_or(OffsetDateTime::UNIX_EPOCH),
        }
    }
}

/// Makes a new link for an active user; older ones die. One statement; needs `users:write` and every
/// permission that the user holds.
///
/// # Errors
/// [`Error::NotFound`] for an unknown or deactivated user; [`Error::Unauthenticated`], [`Error::Forbidden`].
pub async fn renew_setup_link(
    hallpass: &Hallpass,
    claims: &Claims,
    id: Uuid,
    client: &Client,
    now: OffsetDateTime,
) -> Result<SetupLink> {
    let client = client.json();
    let rows = authorized(hallpass, claims, Effect::Once, || {
        query_file!(
            "src/users/sql/setup_link.sql",
            claims.sid,
            claims.sub,
            claims.generation,
            id,
            client,
            claims.iat,
        )
    });
    let version = rows
        .await?
        .into_iter()
        .find_map(|row| row.credential_version);
    let version = version.ok_or(Error::NotFound)?;
    Ok(SetupLink::new(hallpass, LinkToken::new(id, version, now)))
}
