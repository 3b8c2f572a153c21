//! Audit events of a migration.

use hallpass_core::db::APP_ROLE;
use hallpass_core::schema::Ownership;
use hallpass_core::{Client, audit};
use serde_json::json;
use sqlx::postgres::PgConnection;
use sqlx::query_scalar;

use super::role::Granted;
use crate::failure::{Failure, database};

/// Records which of the started migrations were applied. Records nothing if none were started, or if the audit log does
/// not exist yet.
pub(super) async fn migrated(
    connection: &mut PgConnection,
    begun: &[i64],
    client: &Client,
) -> Result<(), Failure> {
    let said = |error: sqlx::Error| database(&error);
    let has_trail =
        query_scalar!(r#"select to_regclass('hallpass.audit_events') is not null as "has_trail!""#);
    let has_trail = has_trail.fetch_one(&mut *connection);
    if begun.is_empty() || !has_trail.await.map_err(said)? {
        return Ok(());
    }
    let applied = query_scalar!(
        "select version from hallpass._sqlx_migrations
        where success and version = any ($1)
        order by version",
        begun
    );
    let applied = applied.fetch_all(&mut *connection).await.map_err(said)?;
    let Some(newest) = applied.last() else {
        return Ok(());
    };
    let details = json!({"schemaVersion": newest, "applied": applied});
    record(connection, "schema_migrated", "info", details, client).await
}

/// Records that the password of the functions' role was set.
pub(super) async fn role(
    connection: &mut PgConnection,
    granted: &Granted,
    client: &Client,
) -> Result<(), Failure> {
    let Granted::Yes {
        with_password: true,
    } = granted
    else {
        return Ok(());
    };
    let details = json!({"databaseRole": APP_ROLE});
    record(connection, "role_password_set", "warning", details, client).await
}

/// Records that the database now belongs to another environment.
pub(super) async fn bound(
    connection: &mut PgConnection,
    environment: &str,
    ownership: &Ownership,
    client: &Client,
) -> Result<(), Failure> {
    let (severity, before) = match ownership {
        Ownership::Own => return Ok(()),
        Ownership::Free | Ownership::Foreign(_) => ("info", None),
        Ownership::Taken(owner) | Ownership::Copy(owner) => ("warning", Some(owner)),
    };
    let details = json!({"environment": environment, "before": before});
    record(connection, "database_bound", severity, details, client).await
}

async fn record(
    connection: &mut PgConnection,
    event: &str,
    severity: &str,
    details: serde_json::Value,
    client: &Client,
) -> Result<(), Failure> {
    let client = client.for_another_event();
    let recorded = audit::record(connection, event, severity, details, &client);
    recorded.await.map_err(|error| database(&error))
}
