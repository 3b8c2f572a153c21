//! One-time links: how somebody without a password, or without theirs, gets one.

use sqlx::query_file_as;
use sqlx::types::Json;
use time::OffsetDateTime;
use uuid::Uuid;

use crate::client::Client;
use crate::db::Effect;
use crate::passwords::{self, Password};
use crate::sessions::{Issued, Lifetimes, SessionRow};
use crate::tokens::link::LinkToken;
use crate::users::User;
use crate::{Error, Hallpass, Result};

/// Sets the password that a link allows to set, ends the account's other sessions and signs in.
///
/// One statement. The password is judged only after the link has been found to be ours and in time,
/// and the work of hashing is done only then.
///
/// # Errors
/// [`Error::Invalid`] for a token that is not complete, and for the password; the link is still good then.
/// [`Error::InvalidLink`] for unknown, used, expired and replaced links alike.
pub async fn redeem(
    hallpass: &Hallpass,
    token: &str,
    password: Password,
    client: &Client,
    now: OffsetDateTime,
) -> Result<Issued> {
    if !LinkToken::is_well_formed(token) {
        let message =
            "must be the whole text after the # of the one-time link: hpl_ and 82 characters";
        return Err(Error::invalid("token", "incomplete_link", message));
    }
    let link = LinkToken::decode(&hallpass.keys, token, now).ok_or(Error::InvalidLink)?;
    let hash = passwords::hash_new(hallpass, "password", password, &["hallpass"]).await?;
    let session_id = Uuid::now_v7();
    let lifetimes = Lifetimes::of(hallpass);
    let client = client.json();
    let opened = hallpass.db.fetch_optional(Effect::Once, || {
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
            link.made_at(),
        )
    });
    opened.await?.ok_or(Error::InvalidLink)?.issue(hallpass)
}
