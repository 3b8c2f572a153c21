//! Changes to a user, guarded by the version that the editor has read.

use sqlx::query_file;
use sqlx::types::Json;
use uuid::Uuid;

use super::email::Email;
use super::name::Name;
use super::user::{User, parse_roles};
use super::{all_or_errors, unknown_role};
use crate::authorization::{Actor, authorized};
use crate::client::Client;
use crate::db::{Idempotency, locking};
use crate::{AppContext, Error, Result};

/// Changes to a user; `None` leaves a field unchanged.
#[derive(Clone, Debug, Default)]
pub struct Change {
    /// New e-mail address, which counts as not verified.
    pub email: Option<String>,
    /// New name.
    pub name: Option<String>,
    /// All roles that the user has from now on.
    pub roles: Option<Vec<String>>,
    /// `false` deactivates the user and ends the sessions, `true` reactivates the user.
    pub is_active: Option<bool>,
}

/// Changes a user who has one of the expected versions (`None`: any version). One statement; needs `users:write`, all
/// permissions that the user has, and all permissions that the user will have.
///
/// # Errors
/// [`Error::Stale`] if the user has another version; [`Error::Invalid`], [`Error::EmailTaken`],
/// [`Error::LastAdministrator`], [`Error::NotFound`], [`Error::Unauthenticated`], [`Error::Forbidden`].
pub async fn update(
    app: &AppContext,
    actor: Actor<'_>,
    id: Uuid,
    versions: Option<&[i32]>,
    change: Change,
    client: &Client,
) -> Result<User> {
    let mut errors = Vec::new();
    let email = checked(
        change.email.as_deref().map(Email::parse_assignable),
        &mut errors,
    );
    let name = checked(change.name.as_deref().map(Name::parse), &mut errors);
    let roles = checked(change.roles.as_deref().map(parse_roles), &mut errors);
    all_or_errors(errors)?;
    let client = client.json();
    let rows = authorized(&app.db, actor, Idempotency::NotIdempotent, |caller| {
        query_file!(
            "src/users/sql/update.sql",
            caller,
            id,
            versions,
            email.as_ref().map(|e| e.as_typed.as_str()),
            email.as_ref().map(|e| e.normalized.as_str()),
            email.as_ref().and_then(|e| e.search.as_deref()),
            name.as_ref().map(|n| n.as_typed.as_str()),
            name.as_ref().map(|n| n.normalized.as_str()),
            roles.as_deref(),
            change.is_active,
            client,
        )
    });
    let row = locking(id, rows)
        .await?
        .into_iter()
        .next()
        .ok_or(Error::NotFound)?;
    match row.user {
        Some(user) => Ok(user.0),
        None if !row.exists => Err(Error::NotFound),
        None if !row.roles_exist => Err(unknown_role()),
        None => Err(Error::Stale),
    }
}

fn checked<T>(
    result: Option<std::result::Result<T, crate::error::FieldError>>,
    errors: &mut Vec<crate::error::FieldError>,
) -> Option<T> {
    result.and_then(|result| result.map_err(|error| errors.push(error)).ok())
}

/// Deactivates a user and ends the sessions. Does nothing if the user is deactivated already. One statement; needs
/// `users:write` and all permissions that the user has.
///
/// # Errors
/// [`Error::Stale`] if the user has none of the expected versions; [`Error::LastAdministrator`], [`Error::NotFound`],
/// [`Error::Unauthenticated`], [`Error::Forbidden`].
pub async fn deactivate(
    app: &AppContext,
    actor: Actor<'_>,
    id: Uuid,
    versions: Option<&[i32]>,
    client: &Client,
) -> Result<()> {
    let client = client.json();
    let rows = authorized(&app.db, actor, Idempotency::NotIdempotent, |caller| {
        query_file!("src/users/sql/deactivate.sql", caller, id, versions, client,)
    });
    match locking(id, rows).await?.into_iter().next() {
        Some(row) if !row.exists => Err(Error::NotFound),
        Some(row) if !row.fresh => Err(Error::Stale),
        Some(_) => Ok(()),
        None => Err(Error::NotFound),
    }
}
