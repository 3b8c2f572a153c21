use serde::Serialize;
use time::OffsetDateTime;
use utoipa::ToSchema;

use super::begin::{Account, Purpose, begin, read};
use crate::client::Client;
use crate::passwords::Password;
use crate::{AppContext, Result};

/// Account that a one-time link opens.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = SetupLinkInspection)]
pub struct Inspection {
    /// E-mail address of the account.
    pub email: String,
    /// Display name of the user.
    pub name: String,
    /// Purpose of the link.
    pub purpose: Purpose,
    /// Time at which the link expires.
    #[serde(with = "crate::timestamp")]
    pub expires_at: OffsetDateTime,
}

/// Returns the account that a link opens, and leaves the link unused.
///
/// It runs the first statement of [`redeem`](super::redeem()), so that both check a link in the same way, and count and
/// record an invalid one in the same way.
///
/// # Errors
/// [`Error::Invalid`](crate::Error::Invalid) for an incomplete token;
/// [`Error::InvalidLink`](crate::Error::InvalidLink) for an unknown, used, expired, replaced or revoked link;
/// [`Error::TooManyAttempts`](crate::Error::TooManyAttempts) after many invalid links of an account.
pub async fn inspect(app: &AppContext, token: &Password, client: &Client) -> Result<Inspection> {
    let link = read(app, token)?;
    let Account {
        email,
        name,
        purpose,
    } = begin(app, link, client).await?;
    Ok(Inspection {
        email,
        name,
        purpose,
        expires_at: link.expires_at(),
    })
}
