//! Version, size and clock of a server.

use hallpass_core::schema;
use sqlx::postgres::PgConnection;
use sqlx::query_file_as;
use time::OffsetDateTime;

use crate::failure::{Failure, database};

#[derive(Clone, Debug)]
pub(super) struct Server {
    pub(super) version: String,
    version_number: i32,
    pub(super) database_bytes: i64,
    pub(super) now: OffsetDateTime,
}

impl Server {
    pub(super) async fn of(connection: &mut PgConnection) -> Result<Self, Failure> {
        let server = query_file_as!(Self, "src/backup/sql/server.sql")
            .fetch_one(connection)
            .await;
        server.map_err(|error| database(&error))
    }

    pub(super) fn major(&self) -> u32 {
        schema::major_version(self.version_number)
    }
}

/// Version of the schema; `None` if there is no schema of Hallpass.
pub(super) async fn schema_version(connection: &mut PgConnection) -> Result<Option<i64>, Failure> {
    let applied = schema::applied(connection).await;
    let applied = applied.map_err(|error| database(&error))?;
    Ok(schema::version(&applied))
}
