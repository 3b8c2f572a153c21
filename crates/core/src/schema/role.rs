//! The application's role: what the functions may do and nothing more.

use sqlx::postgres::PgConnection;
use sqlx::{AssertSqlSafe, Executor as _};

/// The role that the functions sign in to the database with.
pub const APP_ROLE: &str = "hallpass_app";

/// No DDL, no TRUNCATE, no delete of users, no write to past audit events but by the functions that keep a bound. The time limits hold
/// through any pooler, because they are the role's own.
const GRANTS: &str = "
    revoke all on all tables in schema hallpass from hallpass_app;
    grant usage on schema hallpass to hallpass_app;
    grant select on hallpass.roles, hallpass._sqlx_migrations to hallpass_app;
    grant select, insert, update on hallpass.users, hallpass.sessions to hallpass_app;
    grant select, update on hallpass.settings to hallpass_app;
    grant select, insert on hallpass.audit_events to hallpass_app;
    grant select, insert, update, delete on hallpass.login_throttle, hallpass.alerts to hallpass_app;
    grant execute on function hallpass.purge_sessions, hallpass.purge_throttle, hallpass.purge_audit to hallpass_app;
    alter role hallpass_app set statement_timeout = '8s';
    alter role hallpass_app set lock_timeout = '3s';
    alter role hallpass_app set idle_in_transaction_session_timeout = '10s';
";

/// Makes the role if it is missing, gives it its grants and, where one is given, its password.
/// Without a role and without a password, nothing happens. Can be run again at any time.
///
/// # Errors
/// What the database says: the owner may lack CREATEROLE.
pub async fn grant(connection: &mut PgConnection, password: Option<&str>) -> sqlx::Result<bool> {
    let exists: bool =
        sqlx::query_scalar("select exists (select from pg_roles where rolname = $1)")
            .bind(APP_ROLE)
            .fetch_one(&mut *connection)
            .await?;
    if !exists && password.is_none() {
        return Ok(false);
    }
    if !exists {
        connection
            .execute(AssertSqlSafe(format!("create role {APP_ROLE} login")))
            .await?;
    }
    if let Some(password) = password {
        // ALTER ROLE takes no parameters; quote_literal makes a safe literal of any text.
        let literal: String = sqlx::query_scalar("select quote_literal($1)")
            .bind(password)
            .fetch_one(&mut *connection)
            .await?;
        let alter = AssertSqlSafe(format!("alter role {APP_ROLE} login password {literal}"));
        connection.execute(alter).await?;
    }
    connection.execute(GRANTS).await?;
    Ok(true)
}

/// Takes from everybody what the migrations took from them: a restore brings functions, and not who may call
/// them. Can be run again at any time; what the application's role needs of it, [`grant`] gives back.
///
/// # Errors
/// What the database says: only the owner may.
pub async fn keep_to_the_owner(connection: &mut PgConnection) -> sqlx::Result<()> {
    for step in super::steps() {
        let lines = step.sql.lines();
        for revoke in lines.filter(|line| line.starts_with("revoke execute on function ")) {
            connection.execute(AssertSqlSafe(revoke.to_owned())).await?;
        }
    }
    Ok(())
}
