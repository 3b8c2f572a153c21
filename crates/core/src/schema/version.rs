//! Version of a database's schema, compared with the migrations of this release.

use sqlx::postgres::PgConnection;

use super::MIGRATOR;

/// The version of the newest migration of this release.
#[must_use]
pub fn expected() -> i64 {
    versions().max().expect("the binary contains migrations")
}

/// The version that a database has reached, given the migrations that it has applied.
///
/// If a migration of this release is missing, the version is the last one before it. A later number, written by a newer
/// release or another program, does not hide the gap. `None` if the first migration is missing.
#[must_use]
pub fn version(applied: &[i64]) -> Option<i64> {
    let missing = versions().filter(|version| !applied.contains(version));
    match missing.min() {
        Some(missing) => versions().filter(|version| *version < missing).max(),
        None => applied.iter().copied().max(),
    }
}

/// The migrations that a database has applied; empty if it does not have our schema.
///
/// # Errors
/// Database errors.
pub async fn applied(connection: &mut PgConnection) -> sqlx::Result<Vec<i64>> {
    let table = "select to_regclass('hallpass._sqlx_migrations') is not null";
    if !sqlx::query_scalar(table)
        .fetch_one(&mut *connection)
        .await?
    {
        return Ok(Vec::new());
    }
    let applied = "select version from hallpass._sqlx_migrations where success";
    sqlx::query_scalar(applied).fetch_all(connection).await
}

fn versions() -> impl Iterator<Item = i64> {
    MIGRATOR.iter().map(|migration| migration.version)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_missing_migration_is_not_hidden_by_a_later_number() {
        let all: Vec<i64> = versions().collect();
        assert_eq!(version(&all), Some(expected()));
        let newer = [all.as_slice(), &[i64::MAX]].concat();
        assert_eq!(version(&newer), Some(i64::MAX));
        for missing in 0..all.len() {
            let mut applied = newer.clone();
            applied.remove(missing);
            let before = missing.checked_sub(1).map(|before| all[before]);
            assert_eq!(version(&applied), before, "without {}", all[missing]);
        }
        assert_eq!(version(&[]), None);
    }
}
