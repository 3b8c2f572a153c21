//! Records the operator's actions in the audit log.

use serde_json::Value;
use sqlx::postgres::PgConnection;
use sqlx::query_file;

use crate::client::Client;

/// Writes an audit event without an actor. One statement. `client` contains the event's id, so each event needs its
/// own.
///
/// # Errors
/// Database errors.
pub async fn record(
    connection: &mut PgConnection,
    event: &str,
    severity: &str,
    details: Value,
    client: &Client,
) -> sqlx::Result<()> {
    let client = client.json();
    query_file!("src/audit/sql/record.sql", event, severity, client, details)
        .execute(connection)
        .await?;
    Ok(())
}
