//! One's own account.

use secrecy::ExposeSecret as _;
use serde::Serialize;
use sqlx::query_file;
use sqlx::types::Json;
use utoipa::ToSchema;

use super::name::Name;
use super::user::User;
use crate::client::Client;
use crate::db::Effect;
use crate::passwords::{self, Password};
use crate::sessions::authorized;
use crate::throttle::{ACCOUNT_AND_NETWORK, Counters};
use crate::tokens::access::Claims;
use crate::{Error, Hallpass, Result};

/// A user as the user's own pages need it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Me {
    /// The caller.
    #[serde(flatten)]
    pub user: User,
    /// What the roles let the caller do at this moment.
    pub permissions: Vec<String>,
}

/// What one may change of oneself; `None` leaves it as it is.
#[derive(Clone, Debug, Default)]
pub struct OwnChange {
    /// A new name.
    pub name: Option<String>,
}

/// The caller. One statement.
///
/// # Errors
/// [`Error::Unauthenticated`].
pub async fn own(hallpass: &Hallpass, claims: &Claims) -> Result<Me> {
    let rows = authorized(hallpass, claims, Effect::Repeatable, || {
        query_file!(
            "src/users/sql/own.sql",
            claims.sid,
            claims.sub,
            claims.generation,
            claims.iat,
        )
    });
    let row = rows
        .await?
        .into_iter()
        .next()
        .ok_or(Error::Unauthenticated)?;
    Ok(Me {
        user: row.user.0,
        permissions: row.permissions,
    })
}

/// Changes the caller's own account, of the expected version if one is expected. One statement.
///
/// # Errors
/// [`Error::Invalid`], [`Error::Stale`], [`Error::Unauthenticated`].
pub async fn update_own(
    hallpass: &Hallpass,
    claims: &Claims,
    version: Option<i32>,
    change: OwnChange,
    client: &Client,
) -> Result<Me> {
    let name = change.name.as_deref().map(Name::parse).transpose();
    let name = name.map_err(|error| Error::Invalid(vec![error]))?;
    let client = client.json();
    let rows = authorized(hallpass, claims, Effect::Once, || {
        query_file!(
            "src/users/sql/update_own.sql",
            claims.sid,
            claims.sub,
            claims.generation,
            version,
            name.as_ref().map(|n| n.as_typed.as_str()),
            name.as_ref().map(|n| n.normalized.as_str()),
            client,
            claims.iat,
        )
    });
    rows.await?
        .into_iter()
        .find_map(|row| {
            Some(Me {
                user: row.user?.0,
                permissions: row.permissions,
            })
        })
        .ok_or(Error::Stale)
}

/// Changes the caller's password and ends the other sessions. Two statements with the hash between
/// them, like sign-in. Guesses at the current password are throttled.
///
/// # Errors
/// [`Error::Invalid`] with the field `currentPassword` or `newPassword`; [`Error::TooManyAttempts`],
/// [`Error::Overloaded`], [`Error::Unauthenticated`].
pub async fn change_password(
    hallpass: &Hallpass,
    claims: &Claims,
    current: Password,
    new: Password,
    client: &Client,
) -> Result<()> {
    // What needs no account to be refused is refused before it counts as a guess.
    check_new(new.expose_secret(), &["hallpass"])?;
    let counters = Counters::of_password_change(&hallpass.keys, claims.sub, client);
    let rows = authorized(hallpass, claims, Effect::Once, || {
        query_file!(
            "src/users/sql/change_password_begin.sql",
            claims.sid,
            claims.sub,
            claims.generation,
            counters.account_and_network,
            ACCOUNT_AND_NETWORK.limit,
            ACCOUNT_AND_NETWORK.max_delay,
            ACCOUNT_AND_NETWORK.forget_after,
            claims.iat,
        )
    });
    let account = rows
        .await?
        .into_iter()
        .next()
        .ok_or(Error::Unauthenticated)?;
    if let Some(retry_after) = u32::try_from(account.wait).ok().filter(|wait| *wait > 0) {
        return Err(Error::TooManyAttempts { retry_after });
    }
    let context = [account.email.as_str(), account.name.as_str(), "hallpass"];
    check_new(new.expose_secret(), &context)?;
    if !hallpass
        .hasher
        .check(current, account.password_hash)
        .await?
        .matches
    {
        return Err(Error::invalid(
            "currentPassword",
            "wrong_password",
            "is not your password",
        ));
    }
    let hash = passwords::hash_new(hallpass, "newPassword", new, &context).await?;
    let client = client.json();
    let rows = authorized(hallpass, claims, Effect::Once, || {
        query_file!(
            "src/users/sql/change_password.sql",
            claims.sid,
            claims.sub,
            claims.generation,
            account.credential_version,
            hash,
            client,
            counters.account_and_network,
            claims.iat,
        )
    });
    match rows.await?.first() {
        Some(row) if row.changed => Ok(()),
        // Somebody set another password in between.
        _ => Err(Error::invalid(
            "currentPassword",
            "wrong_password",
            "is not your password",
        )),
    }
}

fn check_new(password: &str, context: &[&str]) -> Result<()> {
    passwords::check("newPassword", password, context).map_err(|error| Error::Invalid(vec![error]))
}
