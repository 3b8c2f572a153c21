//! A note in the audit trail of what the operator does.

use serde_json::Value;
use sqlx::postgres::PgConnection;
use sqlx::query_file;

use crate::client::Client;

/// Writes an audit event without an actor. One statement. Each `client` is good for one event.
///
/// # Errors
/// What the database says.
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
