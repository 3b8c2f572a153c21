use serde::Serialize;
use time::OffsetDateTime;
use utoipa::ToSchema;

use super::begin::{Account, Purpose, begin, read};
use crate::client::Client;
use crate::passwords::Password;
use crate::{AppContext, Result};

/// The account that a one-time link opens.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = LinkInspection)]
pub struct Inspection {
    /// The account's e-mail address.
    pub email: String,
    /// The name of the account's owner.
    pub name: String,
    /// What the link is for.
    pub purpose: Purpose,
    /// When the link stops working.
    #[serde(with = "crate::timestamp")]
    pub expires_at: OffsetDateTime,
}

/// Says whose account a link opens, and leaves it unused.
///
/// The statement is the first one of [`redeem`](super::redeem), so that both judge a link in the same way, and the
/// throttle counts and records a dead one in the same way.
///
/// # Errors
/// [`Error::Invalid`](crate::Error::Invalid) for a token that is not complete;
/// [`Error::InvalidLink`](crate::Error::InvalidLink) for unknown, used, expired, replaced and void links alike;
/// [`Error::TooManyAttempts`](crate::Error::TooManyAttempts) after many dead links of an account.
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
