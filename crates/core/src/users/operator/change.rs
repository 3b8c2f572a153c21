//! Activating, deactivating and other roles. What is so already is not changed and not recorded.

use sqlx::query_file;
use sqlx::types::Json;

use super::super::unknown_role;
use super::super::user::{User, parse_roles};
use super::find::Who;
use crate::client::Client;
use crate::db::Effect;
use crate::{AppContext, Error, Result};

/// Activates the user, or deactivates and ends the sessions. One statement.
///
/// # Errors
/// [`Error::NotFound`], [`Error::LastAdministrator`].
pub async fn set_active(
    app: &AppContext,
    who: &Who,
    is_active: bool,
    client: &Client,
) -> Result<User> {
    change(app, who, None, Some(is_active), client).await
}

/// Gives the user these roles and no others. One statement.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Invalid`], [`Error::LastAdministrator`].
pub async fn set_roles(
    app: &AppContext,
    who: &Who,
    roles: &[String],
    client: &Client,
) -> Result<User> {
    let roles = parse_roles(roles).map_err(|error| Error::Invalid(vec![error]))?;
    change(app, who, Some(&roles), None, client).await
}

async fn change(
    app: &AppContext,
    who: &Who,
    roles: Option<&[String]>,
    is_active: Option<bool>,
    client: &Client,
) -> Result<User> {
    let (id, email) = who.parameters();
    let client = client.json();
    let changed = app.db.fetch_optional(Effect::Once, || {
        query_file!(
            "src/users/sql/operator_change.sql",
            id,
            email,
            roles,
            is_active,
            client,
        )
    });
    let row = changed.await?.ok_or(Error::NotFound)?;
    if !row.roles_exist {
        return Err(unknown_role());
    }
    let Json(user) = row.user;
    Ok(user)
}
