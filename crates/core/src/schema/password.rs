//! Passwords of database roles on their way to the server.

use sqlx::postgres::PgConnection;
use sqlx::{AssertSqlSafe, Executor as _};

use super::scram;
use crate::config::DatabaseConfig;

/// Runs `statement` with a role's password behind it: as a SCRAM verifier, or as text where a host refuses verifiers
/// (Neon does) and nobody can listen. As text it may reach the server's log.
pub(super) async fn set_password(
    connection: &mut PgConnection,
    database: &DatabaseConfig,
    statement: &str,
    password: &str,
    salt: &[u8; 16],
) -> sqlx::Result<()> {
    let verifier = scram::verifier(password, salt);
    // ALTER ROLE takes no parameters; quote_literal makes a safe literal of any text.
    let text: String = sqlx::query_scalar("select quote_literal($1)")
        .bind(password)
        .fetch_one(&mut *connection)
        .await?;
    let sql = AssertSqlSafe(format!("{statement} password '{verifier}'"));
    let Err(error) = connection.execute(sql).await else {
        return Ok(());
    };
    if !is_about_the_form(&error) || !may_see_text(database) {
        return Err(error);
    }
    let sql = AssertSqlSafe(format!("{statement} password {text}"));
    connection.execute(sql).await.map(|_| ())
}

/// Whether nobody can listen on the way to the server.
pub(super) fn may_see_text(database: &DatabaseConfig) -> bool {
    database.verifies_tls() || database.is_local()
}

/// A missing privilege, a role that is there already or that another migrator changes at the same time have nothing to
/// do with how the password is given.
fn is_about_the_form(error: &sqlx::Error) -> bool {
    let Some(error) = error.as_database_error() else {
        return false;
    };
    let code = error.code();
    let is_other = matches!(
        code.as_deref(),
        Some("42501" | "42710" | "23505" | "40P01" | "42704")
    );
    !is_other && !error.message().contains("concurrently updated")
}
