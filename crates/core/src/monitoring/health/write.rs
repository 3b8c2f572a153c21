//! Tests whether the database accepts writes, with an insert that is rolled back. For the operator only, because it
//! costs as much as a write.

use sqlx::{Connection as _, Executor as _, PgConnection};

use crate::config::DatabaseConfig;

/// Sent as a single message, so that a transaction pooler sends it to one server connection.
const TRY: &str = "
    begin;
    insert into hallpass.login_throttle (key, failures, first_failure_at)
    values (uuid_send(gen_random_uuid()), 1, clock_timestamp());
    rollback";

/// Opens its own connection, and leaves nothing behind.
///
/// # Errors
/// Database errors.
pub async fn try_write(database: &DatabaseConfig) -> sqlx::Result<()> {
    let mut connection = PgConnection::connect_with(&database.options).await?;
    connection.execute(sqlx::raw_sql(TRY)).await?;
    connection.close().await
}
