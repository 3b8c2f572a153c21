//! Checks that the database accepts writes. `/health` only reads, so it cannot detect a full disk.

use hallpass_core::config::DatabaseConfig;
use hallpass_core::monitoring::health::try_write;

use super::check::Check;

const NAME: &str = "writes";

pub(super) async fn examine(database: &DatabaseConfig, checks: &mut Vec<Check>) {
    checks.push(match try_write(database).await {
        Ok(()) => Check::ok(NAME, "a test write succeeded and was rolled back"),
        Err(error) => Check::failure(NAME, error.to_string(), action(&error)),
    });
}

fn action(error: &sqlx::Error) -> &'static str {
    let code = error
        .as_database_error()
        .and_then(sqlx::error::DatabaseError::code);
    match code.as_deref() {
        Some("25006") => {
            "connect to the primary server, or end the read-only mode: `alter database NAME reset \
             default_transaction_read_only`"
        }
        Some("42501") => "run `hallpass migrate` as the owner to renew the grants",
        Some("53100") => "free space on the server's disk",
        _ => "check the log of the database server",
    }
}
