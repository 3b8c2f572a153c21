//! Sends passwords of database roles to the server.

use sqlx::postgres::PgConnection;
use sqlx::{AssertSqlSafe, Executor as _};

use super::scram;
use crate::config::DatabaseConfig;

/// Runs `statement` with a role's password appended: as a SCRAM verifier, or as plain text if the host refuses
/// verifiers (Neon does) and the connection is protected. Plain text may reach the server's log.
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

/// Whether plain text may be sent: nobody can read the connection to the server.
pub(super) fn may_see_text(database: &DatabaseConfig) -> bool {
    database.verifies_tls() || database.is_local()
}

/// Whether the server refused the form of the password. It did not if a privilege is missing, if the role exists
/// already, or if another migration changes it at the same time.
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
