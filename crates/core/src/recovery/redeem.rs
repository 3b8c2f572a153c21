use sqlx::query_file_as;
use sqlx::types::Json;
use uuid::Uuid;

use super::begin::{begin, read, refused};
use crate::client::Client;
use crate::db::{Idempotency, locking};
use crate::passwords::{self, Password};
use crate::sessions::{Issued, Lifetimes, SessionRow, session_of};
use crate::users::User;
use crate::{AppContext, Result};

/// Request to redeem a one-time link.
#[derive(Debug)]
pub struct Redemption {
    /// Token of the link.
    pub token: Password,
    /// The new password.
    pub password: Password,
    /// The refresh token that this browser holds and that the new one replaces; its session ends.
    pub replaces: Option<String>,
}

/// Sets the password of the link's account, ends the account's other sessions and the session that the browser had, and
/// signs in.
///
/// Two statements with the password hash between them. The first one checks the link; an invalid link counts as a
/// failed attempt and is recorded. A link that one user made for another works only while its maker may act on the
/// account.
///
/// # Errors
/// [`Error::Invalid`](crate::Error::Invalid) for an incomplete token, and for a refused password, after which the
/// link still works; [`Error::InvalidLink`](crate::Error::InvalidLink) for an unknown, used, expired, replaced or
/// revoked link; [`Error::TooManyAttempts`](crate::Error::TooManyAttempts) after many invalid links of an account.
pub async fn redeem(app: &AppContext, redemption: Redemption, client: &Client) -> Result<Issued> {
    let Redemption {
        token,
        password,
        replaces,
    } = redemption;
    let link = read(app, &token)?;
    let account = begin(app, link, client).await?;
    let context = [account.email.as_str(), account.name.as_str(), "hallpass"];
    let hash = passwords::hash_new(
        &app.hasher,
        &app.leaked_passwords,
        "password",
        password,
        &context,
    )
    .await?;
    let session_id = Uuid::now_v7();
    let lifetimes = Lifetimes::of(app);
    let client = client.json();
    let replaces = replaces.and_then(|token| session_of(app, &token));
    let opened = app.db.fetch_optional(Idempotency::NotIdempotent, || {
        query_file_as!(
            SessionRow,
            "src/recovery/sql/redeem.sql",
            link.user_id,
            link.credential_version,
            hash,
            session_id,
            lifetimes.idle,
            lifetimes.max,
            client,
            link.made_at,
            replaces.map(|key| key.user_id),
            replaces.map(|key| key.session_id),
        )
    });
    // The link was valid in the first statement, but another request has redeemed it since.
    let opened = locking(link.user_id, opened)
        .await?
        .ok_or_else(|| refused("used_meanwhile"))?;
    opened.issue(app)
}
