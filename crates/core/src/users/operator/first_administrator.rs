//! The first administrator of a deployment in which nobody has signed in yet.

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

/// Name of the account until its owner changes it.
const NAME: &str = "Administrator";

/// The administrator's account, which has no password yet.
#[derive(Debug)]
pub struct FirstAdministrator {
    /// The user.
    pub user: User,
    /// Whether the account was created by this call, not by an earlier deployment.
    pub is_new: bool,
    /// The one-time link to set the password. It replaces older links.
    pub setup_link: SetupLink,
}

/// Creates an administrator without a password if there are no users. Makes a new link for the oldest active
/// administrator as long as nobody has a password and nobody has ever signed in. Otherwise it does nothing. One
/// statement.
///
/// If two deployments run it at the same time, they create one administrator, and the second one does nothing.
///
/// # Errors
/// [`Error::Invalid`] for an invalid address, even if no account is created.
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
