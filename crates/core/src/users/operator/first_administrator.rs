//! The first administrator of a deployment that nobody has entered yet.

use sqlx::query_file;
use sqlx::types::Json;
use uuid::Uuid;

use super::super::email::Email;
use super::super::setup_link::SetupLink;
use super::super::user::User;
use crate::client::Client;
use crate::db::Idempotency;
use crate::tokens::link::LinkToken;
use crate::{AppContext, Error, Result};

/// The name until its owner chooses another.
const NAME: &str = "Administrator";

/// The account that waits for its owner.
#[derive(Debug)]
pub struct FirstAdministrator {
    /// Who it is.
    pub user: User,
    /// Whether it was made just now, rather than by an earlier deployment.
    pub is_new: bool,
    /// With which its owner sets the password. Older ones are dead.
    pub setup_link: SetupLink,
}

/// Makes an administrator without a password if there is no user at all; renews the link of one who
/// has not used it while no administrator ever set a password; otherwise does nothing. One statement.
///
/// Two deployments at once make one administrator: the one that comes second finds nothing to do.
///
/// # Errors
/// [`Error::Invalid`] for an address that is none, even where it is not needed.
pub async fn first_administrator(
    app: &AppContext,
    email: &str,
    client: &Client,
) -> Result<Option<FirstAdministrator>> {
    let email = Email::parse(email).map_err(|error| Error::Invalid(vec![error]))?;
    let id = Uuid::now_v7();
    let client = client.json();
    let waiting = app.db.fetch_optional(Idempotency::NotIdempotent, || {
        query_file!(
            "src/users/sql/operator_first_administrator.sql",
            id,
            email.as_typed,
            email.normalized,
            NAME,
            NAME.to_lowercase(),
            client,
            email.search,
        )
    });
    Ok(waiting.await?.map(|row| {
        let Json(user) = row.user;
        let token = LinkToken {
            user_id: user.id,
            credential_version: row.credential_version,
            made_at: row.made_at,
        };
        FirstAdministrator {
            is_new: user.id == id,
            setup_link: SetupLink::new(app, token),
            user,
        }
    }))
}
