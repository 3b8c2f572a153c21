//! Login roles of the functions, one for each secret in use.

use hallpass_core::config::DatabaseConfig;
use hallpass_core::db::Login;
use hallpass_core::keys::Keys;
use hallpass_core::schema;
use serde_json::{Value, json};
use sqlx::postgres::PgConnection;

use super::role::{Granted, patiently};
use crate::failure::{Failure, database as said};

/// Whether the functions have a login role with least privilege.
#[derive(Debug)]
pub(super) enum Logins {
    /// They use this role from their next connection on.
    Ready(String),
    /// They connect as the user in their URL, for this reason.
    Unavailable(String),
}

/// Creates the login roles of the secrets in use, and drops those of other secrets.
///
/// # Errors
/// The settings cannot be read or written. A role that cannot be created is no error: the functions work without it.
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
        let ensured =
            patiently(async || schema::ensure_login(&mut *connection, database, &login).await);
        if let Err(error) = ensured.await {
            return Ok(Logins::Unavailable(format!("{}: {error}", login.name())));
        }
        made.push(login.name().to_owned());
    }
    let before: Vec<String> = sqlx::query_scalar("select login_roles from hallpass.settings")
        .fetch_one(&mut *connection)
        .await
        .map_err(|error| said(&error))?;
    let mut kept = made.clone();
    for name in before.into_iter().filter(|name| !made.contains(name)) {
        let dropped = patiently(async || schema::drop_login(&mut *connection, &name).await);
        // Objects in another database may depend on the role. The next run tries again.
        if dropped.await.is_err() {
            kept.push(name);
        }
    }
    sqlx::query("update hallpass.settings set login_roles = $1 where login_roles <> $1")
        .bind(kept)
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
