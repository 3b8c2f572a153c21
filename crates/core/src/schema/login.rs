//! Login roles of the functions: one for each master secret in use, with a password that follows from the secret.
//! Nobody types it, nobody stores it, and a deployment has least privilege without a terminal.

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use secrecy::{ExposeSecret as _, SecretString};
use sqlx::postgres::PgConnection;
use sqlx::{AssertSqlSafe, Connection as _, Executor as _};

use super::password::{may_see_text, set_password};
use super::role::{APP_ROLE, set_limits};
use crate::config::DatabaseConfig;
use crate::keys::{MasterKey, Purpose};

const PREFIX: &str = "hallpass_app_";
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);

/// A login role and its password.
#[derive(Clone, Debug)]
pub struct Login {
    name: String,
    password: SecretString,
    salt: [u8; 16],
}

impl Login {
    /// The login of this secret in its environment.
    #[must_use]
    pub fn new(key: &MasterKey) -> Self {
        let password = key.derive(Purpose::DatabaseLogin, None);
        let derived = key.derive(Purpose::DatabaseSalt, None);
        let mut salt = [0; 16];
        salt.copy_from_slice(&derived[..16]);
        Self {
            name: format!("{PREFIX}{}", key.fingerprint()),
            password: URL_SAFE_NO_PAD.encode(password).into(),
            salt,
        }
    }

    /// The role's name, for example `hallpass_app_1a2b3c4d`.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The same database as this role. `server_user` is who the server takes the configured user for.
    pub(crate) fn at(&self, database: &DatabaseConfig, server_user: &str) -> DatabaseConfig {
        database.with_login(&self.name, self.password.expose_secret(), server_user)
    }
}

/// Whether a role's name is one that [`Login`] makes.
#[must_use]
pub fn is_login(name: &str) -> bool {
    let fingerprint = name.strip_prefix(PREFIX);
    fingerprint.is_some_and(|digits| {
        digits.len() == 8 && digits.bytes().all(|byte| byte.is_ascii_hexdigit())
    })
}

/// Makes the login role, or repairs it, and signs in as it. Can be run again at any time.
///
/// # Errors
/// What the database says: the owner may lack CREATEROLE, or the role cannot sign in.
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
        // Somebody gave it another password.
        let alter = format!("alter role {name} login");
        set_password(connection, database, &alter, password, &login.salt).await?;
        if signs_in(&as_login).await.is_ok() {
            return Ok(());
        }
    }
    if !may_see_text(database) {
        return Err(error);
    }
    // A host may have taken the verifier for the password itself. The password's letters need no quoting.
    let alter = AssertSqlSafe(format!("alter role {name} login password '{password}'"));
    connection.execute(alter).await?;
    signs_in(&as_login).await
}

/// Drops a login role whose secret is not in use any more.
///
/// # Errors
/// What the database says: something may depend on the role.
pub async fn drop_login(connection: &mut PgConnection, name: &str) -> sqlx::Result<()> {
    if !is_login(name) {
        return Ok(());
    }
    let drop = AssertSqlSafe(format!("drop role if exists {name}"));
    connection.execute(drop).await.map(|_| ())
}

/// A refused login is tried once: hosts close their doors to an address that fails again and again.
async fn signs_in(database: &DatabaseConfig) -> sqlx::Result<()> {
    let connect = PgConnection::connect_with(&database.options);
    let connection = tokio::time::timeout(CONNECT_TIMEOUT, connect)
        .await
        .map_err(|_| sqlx::Error::PoolTimedOut)??;
    connection.close().await
}
