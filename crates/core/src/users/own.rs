//! The current user's own account.

use secrecy::ExposeSecret as _;
use serde::Serialize;
use sqlx::query_file;
use sqlx::types::Json;
use utoipa::ToSchema;

use super::name::Name;
use super::user::User;
use crate::authorization::{Actor, authorized};
use crate::client::Client;
use crate::db::{Idempotency, locking};
use crate::passwords::{self, Password};
use crate::throttle::{self, Counters, check_wait};
use crate::tokens::access::Claims;
use crate::{AppContext, Error, Result};

/// The current user and their permissions.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = CurrentUser)]
pub struct Me {
    /// The current user.
    #[serde(flatten)]
    pub user: User,
    /// Permissions that the user currently holds through their roles.
    pub permissions: Vec<String>,
}

/// Changes to the current user's own account; `None` leaves a field unchanged.
#[derive(Clone, Debug, Default)]
pub struct OwnChange {
    /// New name.
    pub name: Option<String>,
}

/// Returns the current user. One statement.
///
/// # Errors
/// [`Error::Unauthenticated`].
pub async fn own(app: &AppContext, claims: &Claims) -> Result<Me> {
    let rows = authorized(
        &app.db,
        Actor::Session(claims),
        Idempotency::Idempotent,
        |caller| query_file!("src/users/sql/own.sql", caller,),
    );
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

/// Changes the current user's account if it has one of the expected versions (`None`: any version). One statement.
///
/// # Errors
/// [`Error::Invalid`], [`Error::Stale`], [`Error::Unauthenticated`].
pub async fn update_own(
    app: &AppContext,
    claims: &Claims,
    versions: Option<&[i32]>,
    change: OwnChange,
    client: &Client,
) -> Result<Me> {
    let name = change.name.as_deref().map(Name::parse).transpose();
    let name = name.map_err(|error| Error::Invalid(vec![error]))?;
    let client = client.json();
    let rows = authorized(
        &app.db,
        Actor::Session(claims),
        Idempotency::NotIdempotent,
        |caller| {
            query_file!(
                "src/users/sql/update_own.sql",
                caller,
                versions,
                name.as_ref().map(|n| n.as_typed.as_str()),
                name.as_ref().map(|n| n.normalized.as_str()),
                client,
            )
        },
    );
    locking(claims.sub, rows)
        .await?
        .into_iter()
        .find_map(|row| {
            Some(Me {
                user: row.user?.0,
                permissions: row.permissions,
            })
        })
        .ok_or(Error::Stale)
}

/// Changes the current user's password and ends all other sessions. Two statements with the password hash between them,
/// as in a sign-in. Attempts to guess the current password are throttled.
///
/// # Errors
/// [`Error::Invalid`] with the field `currentPassword` or `newPassword`; [`Error::TooManyAttempts`],
/// [`Error::Overloaded`], [`Error::Unauthenticated`].
pub async fn change_password(
    app: &AppContext,
    claims: &Claims,
    current: Password,
    new: Password,
    client: &Client,
) -> Result<()> {
    // A password that is unacceptable for any account is refused before the attempt is counted.
    check_new(new.expose_secret(), &["hallpass"])?;
    let counters = Counters::of_current_password(&app.keys, claims.sub, client);
    let counted = counters.json();
    let rows = authorized(
        &app.db,
        Actor::Session(claims),
        Idempotency::NotIdempotent,
        |caller| query_file!("src/users/sql/change_password_begin.sql", caller, counted,),
    );
    let account = locking(claims.sub, rows)
        .await?
        .into_iter()
        .next()
        .ok_or(Error::Unauthenticated)?;
    check_wait(account.wait)?;
    let account = Account {
        password_hash: account.password_hash,
        credential_version: account.credential_version,
        context: [account.email, account.name],
    };
    let result = replace_password(app, claims, account, (current, new), &counters, client).await;
    if let Err(error) = &result
        && (error.is_ours() || is_about_the_new_password(error))
    {
        throttle::withdraw(&app.db, &counters).await;
    }
    result
}

/// Whether the new password was refused, which means that the current password was right.
fn is_about_the_new_password(error: &Error) -> bool {
    let Error::Invalid(fields) = error else {
        return false;
    };
    fields.iter().all(|field| field.field == "newPassword")
}

/// The account data that a change of the password needs.
struct Account {
    password_hash: Option<String>,
    credential_version: i32,
    /// E-mail address and name, which the password must not consist of.
    context: [String; 2],
}

async fn replace_password(
    app: &AppContext,
    claims: &Claims,
    account: Account,
    (current, new): (Password, Password),
    counters: &Counters,
    client: &Client,
) -> Result<()> {
    let [email, name] = &account.context;
    let context = [email.as_str(), name.as_str(), "hallpass"];
    let checked = app.hasher.check(current, account.password_hash).await?;
    if !checked.matches {
        return wrong_password(app, claims, client).await;
    }
    let hash = passwords::hash_new(
        &app.hasher,
        &app.leaked_passwords,
        "newPassword",
        new,
        &context,
    )
    .await?;
    let counters = counters.json();
    let changed_by = client.json();
    let rows = authorized(
        &app.db,
        Actor::Session(claims),
        Idempotency::NotIdempotent,
        |caller| {
            query_file!(
                "src/users/sql/change_password.sql",
                caller,
                account.credential_version,
                hash,
                changed_by,
                counters,
            )
        },
    );
    match locking(claims.sub, rows).await?.first() {
        Some(row) if row.changed => Ok(()),
        // Another password was set in the meantime.
        _ => wrong_password(app, claims, client).await,
    }
}

/// Records the failed attempt (ASVS 16.3.1).
async fn wrong_password(app: &AppContext, claims: &Claims, client: &Client) -> Result<()> {
    let client = client.json();
    let recorded = app.db.fetch_one(Idempotency::NotIdempotent, || {
        query_file!(
            "src/users/sql/wrong_password.sql",
            claims.sub,
            claims.sid,
            client
        )
    });
    recorded.await?;
    tracing::warn!(event = "authn_password_fail", user_id = %claims.sub, "wrong current password");
    Err(Error::invalid(
        "currentPassword",
        "wrong_password",
        "is wrong",
    ))
}

fn check_new(password: &str, context: &[&str]) -> Result<()> {
    passwords::check("newPassword", password, context).map_err(|error| Error::Invalid(vec![error]))
}
