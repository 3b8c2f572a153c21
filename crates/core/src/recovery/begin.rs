//! The first statement of every request with a one-time link.

use secrecy::ExposeSecret as _;
use serde::{Deserialize, Serialize};
use sqlx::query_file;
use sqlx::types::Json;
use utoipa::ToSchema;

use crate::client::Client;
use crate::db::{Idempotency, locking};
use crate::passwords::Password;
use crate::throttle::{Counters, check_wait};
use crate::tokens::link::LinkToken;
use crate::{AppContext, Error, Result};

/// Purpose of a one-time link. `setup`: the first administrator of an installation sets a password, and nobody has signed
/// in yet. `invitation`: the account has no password yet. `reset`: the new password replaces the current one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
#[schema(as = SetupLinkPurpose)]
#[expect(missing_docs, reason = "described above, where openapi.json shows it")]
pub enum Purpose {
    Setup,
    Invitation,
    Reset,
}

/// The account that a valid link opens.
#[derive(Debug, Deserialize)]
pub(super) struct Account {
    pub(super) email: String,
    pub(super) name: String,
    pub(super) purpose: Purpose,
}

/// Decodes the token of a link, without the database.
pub(super) fn read(app: &AppContext, token: &Password) -> Result<LinkToken> {
    let token = token.expose_secret();
    if !LinkToken::is_well_formed(token) {
        let message = "is incomplete; copy the whole text after the # of the one-time link (hpl_ and 82 characters)";
        return Err(Error::invalid("token", "incomplete_link", message));
    }
    LinkToken::decode(&app.keys, token).ok_or_else(|| refused("forged"))
}

/// Checks a link. An invalid one counts as a failed attempt and is recorded; a valid one changes nothing.
pub(super) async fn begin(app: &AppContext, link: LinkToken, client: &Client) -> Result<Account> {
    let counters = Counters::of_link(&app.keys, &link).json();
    let client = client.json();
    let row = app.db.fetch_one(Idempotency::NotIdempotent, || {
        query_file!(
            "src/recovery/sql/begin.sql",
            link.user_id,
            link.credential_version,
            link.made_at,
            counters,
            client,
        )
    });
    let row = locking(link.user_id, row).await?;
    check_wait(row.wait)?;
    let account = row.account.map(|Json(account)| account);
    account.ok_or_else(|| refused("dead"))
}

/// Logs the reason, which the response does not contain.
pub(super) fn refused(reason: &'static str) -> Error {
    tracing::warn!(event = "authn_link_fail", reason, "one-time link refused");
    Error::InvalidLink
}
