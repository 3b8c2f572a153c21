//! Whether the database takes writes: one is tried and rolled back. For the operator, since it costs what a write costs.

use sqlx::{Connection as _, Executor as _, PgConnection};

use crate::config::DatabaseConfig;

/// One message, which a transaction pooler sends to one server.
const TRY: &str = "
    begin;
    insert into hallpass.login_throttle (key, failures, first_failure_at)
    values (uuid_send(gen_random_uuid()), 1, clock_timestamp());
    rollback";

/// Writes over a connection of its own, and leaves nothing behind.
///
/// # Errors
/// What the database says.
pub async fn try_write(database: &DatabaseConfig) -> sqlx::Result<()> {
    let mut connection = PgConnection::connect_with(&database.options).await?;
    connection.execute(sqlx::raw_sql(TRY)).await?;
    connection.close().await
}
