//! Database roles: the privileges of the functions and of other applications, and the removal of all others'
//! privileges.

use ring::rand::{SecureRandom as _, SystemRandom};
use sqlx::postgres::PgConnection;
use sqlx::{AssertSqlSafe, Executor as _, query_file};

use super::password::set_password;
use crate::Result;
use crate::config::DatabaseConfig;
use crate::db::{APP_ROLE, Db, Idempotency};

/// The role of other applications in the database, which may read `hallpass.public_users`.
pub const READER_ROLE: &str = "hallpass_reader";

/// Time limits. They apply through any pooler, because they are settings of the role.
const LIMITS: [(&str, &str); 3] = [
    ("statement_timeout", "8s"),
    ("lock_timeout", "2s"),
    ("idle_in_transaction_session_timeout", "10s"),
];

/// Describes each privilege on our objects that only their owner, [`APP_ROLE`] and [`READER_ROLE`] should hold, but
/// another role holds.
///
/// # Errors
/// As [`Db::fetch_all`].
pub async fn privileges_of_others(db: &Db) -> Result<Vec<String>> {
    db.fetch_all(Idempotency::Idempotent, || {
        query_file!("src/schema/sql/privileges_of_others.sql").map(|row| row.description)
    })
    .await
}

/// Revokes what others hold on our objects: privileges that hosts grant by default, and those that a restore brings
/// back. Idempotent.
///
/// # Errors
/// Database errors; only the owner may revoke.
pub(super) async fn revoke_from_others(connection: &mut PgConnection) -> sqlx::Result<()> {
    let found = query_file!("src/schema/sql/privileges_of_others.sql")
        .fetch_all(&mut *connection)
        .await?;
    let statements: Vec<_> = found.into_iter().map(|row| row.revoke).collect();
    if statements.is_empty() {
        return Ok(());
    }
    let statements = AssertSqlSafe(statements.join(";\n"));
    connection.execute(statements).await.map(|_| ())
}

/// Creates the two roles if they are missing and the owner may create roles, renews their privileges, and sets the
/// password of [`APP_ROLE`] if one is given. Returns whether [`APP_ROLE`] exists. Idempotent.
///
/// # Errors
/// Database errors; the owner may lack CREATEROLE.
pub async fn grant(
    connection: &mut PgConnection,
    database: &DatabaseConfig,
    password: Option<&str>,
) -> sqlx::Result<bool> {
    if !ensure_role(connection, APP_ROLE, password.is_some()).await? {
        return Ok(false);
    }
    if let Some(password) = password {
        let mut salt = [0; 16];
        SystemRandom::new()
            .fill(&mut salt)
            .map_err(|_| sqlx::Error::Protocol("the system gives no randomness".into()))?;
        let alter = format!("alter role {APP_ROLE} login");
        set_password(connection, database, &alter, password, &salt).await?;
    }
    connection
        .execute(include_str!("sql/grant_application.sql"))
        .await?;
    set_limits(connection, APP_ROLE).await?;
    if ensure_role(connection, READER_ROLE, false).await? {
        connection
            .execute(include_str!("sql/grant_reader.sql"))
            .await?;
    }
    Ok(true)
}

/// Returns whether the role exists. If `must` is true, an owner who may not create it gets the database's error.
async fn ensure_role(connection: &mut PgConnection, name: &str, must: bool) -> sqlx::Result<bool> {
    let look = "select exists (select from pg_catalog.pg_roles where rolname = $1), rolcreaterole or rolsuper
        from pg_catalog.pg_roles where rolname = current_user";
    let (exists, may_create): (bool, bool) = sqlx::query_as(look)
        .bind(name)
        .fetch_one(&mut *connection)
        .await?;
    if !exists && (may_create || must) {
        let create = AssertSqlSafe(format!("create role {name} nologin"));
        connection.execute(create).await?;
        return Ok(true);
    }
    Ok(exists)
}

/// Sets the time limits of a role that signs in, unless they are set already.
pub(super) async fn set_limits(connection: &mut PgConnection, role: &str) -> sqlx::Result<()> {
    let settings = "select coalesce((
            select s.setconfig from pg_catalog.pg_db_role_setting s join pg_catalog.pg_roles r on r.oid = s.setrole
            where r.rolname = $1 and s.setdatabase = 0
        ), '{}')";
    let settings: Vec<String> = sqlx::query_scalar(settings)
        .bind(role)
        .fetch_one(&mut *connection)
        .await?;
    for (name, value) in LIMITS {
        if !settings.contains(&format!("{name}={value}")) {
            let alter = AssertSqlSafe(format!("alter role {role} set {name} = '{value}'"));
            connection.execute(alter).await?;
        }
    }
    Ok(())
}
