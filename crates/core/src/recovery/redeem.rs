use sqlx::query_file_as;
use sqlx::types::Json;
use uuid::Uuid;

use super::begin::{begin, read, refused};
use crate::client::Client;
use crate::db::Idempotency;
use crate::passwords::{self, Password};
use crate::sessions::{Issued, Lifetimes, SessionRow, session_of};
use crate::users::User;
use crate::{AppContext, Result};

/// Who follows a link.
#[derive(Debug)]
pub struct Redemption {
    /// The token of the link.
    pub token: Password,
    /// The password to set.
    pub password: Password,
    /// The refresh token that this browser holds and that the new one replaces.
    pub replaces: Option<String>,
}

/// Sets the password that a link allows to set, ends the account's other sessions, and the one that the browser had,
/// and signs in.
///
/// Two statements with the hash between them. The link is judged first; a dead one counts as a failed attempt and is
/// recorded. A link that somebody made for somebody else works only while that person may act on the account.
///
/// # Errors
/// [`Error::Invalid`](crate::Error::Invalid) for a token that is not complete, and for the password, after which the link still works.
/// [`Error::InvalidLink`](crate::Error::InvalidLink) for unknown, used, expired, replaced and void links alike; [`Error::TooManyAttempts`](crate::Error::TooManyAttempts) after
/// many dead links of an account.
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
    // Two requests found it good, and the other one was faster.
    let opened = opened.await?.ok_or_else(|| refused("used_meanwhile"))?;
    opened.issue(app)
}
