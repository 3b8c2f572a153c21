//! The PostgreSQL releases that this release of Hallpass supports.

use std::ops::RangeInclusive;

use sqlx::postgres::PgConnection;

use super::MigrateError;

/// The major versions that the tests run on.
pub const SUPPORTED_SERVERS: RangeInclusive<u32> = 14..=18;

/// Checks that a database can hold the schema.
///
/// # Errors
/// [`MigrateError::OldServer`], [`MigrateError::Encoding`], [`MigrateError::Database`].
pub async fn check_server(connection: &mut PgConnection) -> Result<(), MigrateError> {
    let query = "select current_setting('server_version_num')::integer, current_setting('server_version'), \
                 current_setting('server_encoding')";
    let (number, version, encoding): (i32, String, String) =
        sqlx::query_as(query).fetch_one(connection).await?;
    if major_version(number) < *SUPPORTED_SERVERS.start() {
        return Err(MigrateError::OldServer(version));
    }
    if encoding != "UTF8" {
        return Err(MigrateError::Encoding(encoding));
    }
    Ok(())
}

/// The major version in a `server_version_num`: 140023 is 14.23, and 90624 is 9.6.24.
#[must_use]
pub fn major_version(number: i32) -> u32 {
    u32::try_from(number / 10_000).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_server_before_14_is_too_old() {
        for (number, expected) in [
            (90_624, true),
            (130_023, true),
            (140_000, false),
            (180_004, false),
            (190_000, false),
        ] {
            let is_too_old = major_version(number) < *SUPPORTED_SERVERS.start();
            assert_eq!(is_too_old, expected, "{number}");
        }
    }
}
