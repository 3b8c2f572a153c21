//! Login roles of the functions: one for each master secret in use, with a password that is derived from the secret.
//! Nobody types or stores the password, so a deployment gets least privilege without manual steps.

use std::time::Duration;

use secrecy::ExposeSecret as _;
use sqlx::postgres::PgConnection;
use sqlx::{AssertSqlSafe, Connection as _, Executor as _};

use super::password::{may_see_text, set_password};
use super::role::set_limits;
use crate::config::DatabaseConfig;
use crate::db::{APP_ROLE, Login, is_login};

const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);

/// Creates or repairs the login role, and signs in with it. Idempotent.
///
/// # Errors
/// Database errors: the owner may lack CREATEROLE, or the role cannot sign in.
pub async fn ensure_login(
    connection: &mut PgConnection,
    database: &DatabaseConfig,
    login: &Login,
) -> sqlx::Result<()> {
    let look =
        "select exists (select from pg_catalog.pg_roles where rolname = $1), current_user::text";
    let (exists, user): (bool, String) = sqlx::query_as(look)
        .bind(&login.name)
        .fetch_one(&mut *connection)
        .await?;
    let name = &login.name;
    let password = login.password.expose_secret();
    if !exists {
        let create = format!("create role {name} login inherit");
        set_password(connection, database, &create, password, &login.salt).await?;
    }
    let is_member = "select pg_catalog.pg_has_role($1, $2, 'usage')";
    let is_member: bool = sqlx::query_scalar(is_member)
        .bind(name)
        .bind(APP_ROLE)
        .fetch_one(&mut *connection)
        .await?;
    if !is_member {
        let grant = AssertSqlSafe(format!("grant {APP_ROLE} to {name}"));
        connection.execute(grant).await?;
    }
    set_limits(connection, name).await?;
    let as_login = login.at(database, &user);
    let Err(error) = signs_in(&as_login).await else {
        return Ok(());
    };
    if exists {
        // The role has a different password.
        let alter = format!("alter role {name} login");
        set_password(connection, database, &alter, password, &login.salt).await?;
        if signs_in(&as_login).await.is_ok() {
            return Ok(());
        }
    }
    if !may_see_text(database) {
        return Err(error);
    }
    // The host may have taken the verifier for the password itself. The password's characters need no quoting.
    let alter = AssertSqlSafe(format!("alter role {name} login password '{password}'"));
    connection.execute(alter).await?;
    signs_in(&as_login).await
}

/// Drops a login role whose master secret is no longer in use. Returns whether it is gone.
///
/// A role that has a connection to any database of the server stays. It belongs to a deployment that still answers
/// requests: one from before the secret was changed, or one with the same secret and another database. Without its role,
/// the statements on its open connections would fail.
///
/// # Errors
/// Database errors: objects may depend on the role.
pub async fn drop_login(connection: &mut PgConnection, name: &str) -> sqlx::Result<bool> {
    if !is_login(name) {
        return Ok(true);
    }
    let is_connected = "select exists (select from pg_catalog.pg_stat_activity where usename = $1)";
    if sqlx::query_scalar(is_connected)
        .bind(name)
        .fetch_one(&mut *connection)
        .await?
    {
        return Ok(false);
    }
    let drop = AssertSqlSafe(format!("drop role if exists {name}"));
    connection.execute(drop).await.map(|_| true)
}

/// Tries to sign in once only, because hosts block an address after repeated failures.
async fn signs_in(database: &DatabaseConfig) -> sqlx::Result<()> {
    let connect = PgConnection::connect_with(&database.options);
    let connection = tokio::time::timeout(CONNECT_TIMEOUT, connect)
        .await
        .map_err(|_| sqlx::Error::PoolTimedOut)??;
    connection.close().await
}
