//! Login roles of the functions, one for each secret that is in use.

use hallpass_core::config::DatabaseConfig;
use hallpass_core::db::Login;
use hallpass_core::keys::Keys;
use hallpass_core::schema;
use serde_json::{Value, json};
use sqlx::postgres::PgConnection;
use sqlx::{query, query_scalar};

use super::role::{Granted, retry_conflicts};
use crate::failure::{Failure, database as said};

/// Whether the functions have a login role with least privilege.
#[derive(Debug)]
pub(super) enum Logins {
    /// The functions use this role from their next connection on.
    Ready(String),
    /// The functions connect as the user in their URL, for the given reason.
    Unavailable(String),
}

/// Creates the login roles for the secrets in use, and drops those of other secrets that have no connections.
///
/// # Errors
/// The settings cannot be read or written. It is no error if a role cannot be created, because the functions work
/// without it.
pub(super) async fn ensure(
    connection: &mut PgConnection,
    database: &DatabaseConfig,
    keys: &Keys,
    granted: &Granted,
) -> Result<Logins, Failure> {
    if !matches!(granted, Granted::Yes { .. }) {
        return Ok(Logins::Unavailable(granted.in_short()));
    }
    let mut made = Vec::new();
    for key in keys.verifying() {
        let login = Login::new(key);
        let ensured = retry_conflicts(async || {
            schema::ensure_login(&mut *connection, database, &login).await
        });
        if let Err(error) = ensured.await {
            return Ok(Logins::Unavailable(format!("{}: {error}", login.name())));
        }
        made.push(login.name().to_owned());
    }
    let before = query_scalar!("select login_roles from hallpass.settings")
        .fetch_one(&mut *connection)
        .await
        .map_err(|error| said(&error))?;
    let mut kept = made.clone();
    for name in before.into_iter().filter(|name| !made.contains(name)) {
        let dropped = retry_conflicts(async || schema::drop_login(&mut *connection, &name).await);
        // The role may have connections, or objects in another database may depend on it. The next run tries again.
        if !matches!(dropped.await, Ok(true)) {
            kept.push(name);
        }
    }
    query!(
        "update hallpass.settings set login_roles = $1 where login_roles <> $1",
        &kept
    )
    .execute(&mut *connection)
    .await
    .map_err(|error| said(&error))?;
    Ok(Logins::Ready(made.swap_remove(0)))
}

impl Logins {
    pub(super) fn json(&self) -> Value {
        match self {
            Self::Ready(name) => json!({"name": name, "reason": null}),
            Self::Unavailable(reason) => json!({"name": null, "reason": reason}),
        }
    }

    pub(super) fn text(&self) -> String {
        match self {
            Self::Ready(name) => format!("Login   {name}, used by the functions\n"),
            Self::Unavailable(reason) => {
                format!("Login   none: the functions connect as the user in their URL ({reason})\n")
            }
        }
    }
}
