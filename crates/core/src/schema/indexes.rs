//! The indexes that migrations build without a transaction. They may need an operator class of an extension, which each
//! database may have in a different schema.

use sqlx::postgres::PgConnection;
use sqlx::{AssertSqlSafe, Executor as _};

use super::MIGRATOR;

/// An index and the statement that builds it unless it exists.
struct Index {
    name: &'static str,
    sql: &'static str,
}

fn indexes() -> impl Iterator<Item = Index> {
    let migrations = MIGRATOR.iter().filter(|migration| migration.no_tx);
    migrations.filter_map(|migration| {
        // Each is one statement of this form: migrations/README.md.
        let sql = migration.sql.as_str();
        let (_, rest) = sql.split_once("create index concurrently if not exists ")?;
        let name = rest.split_whitespace().next()?;
        Some(Index { name, sql })
    })
}

/// Names of these indexes.
pub fn concurrent_indexes() -> impl Iterator<Item = &'static str> {
    indexes().map(|index| index.name)
}

/// Builds the indexes that are missing and that `is_wanted` accepts by name.
///
/// # Errors
/// Database errors.
pub async fn build_indexes(
    connection: &mut PgConnection,
    is_wanted: impl Fn(&str) -> bool,
) -> sqlx::Result<()> {
    drop_invalid(connection).await?;
    for index in indexes().filter(|index| is_wanted(index.name)) {
        connection.execute(index.sql).await?;
    }
    Ok(())
}

/// Drops our indexes that are invalid because building them was interrupted. Those of other applications are left
/// alone: an index is invalid while it is being built.
pub(super) async fn drop_invalid(connection: &mut PgConnection) -> sqlx::Result<()> {
    const INVALID: &str = "
        select format('%I.%I', n.nspname, c.relname)
        from pg_index i
        join pg_class c on c.oid = i.indexrelid
        join pg_namespace n on n.oid = c.relnamespace
        where not i.indisvalid and n.nspname = 'hallpass' and c.relname = any ($1)";
    let names: Vec<&str> = concurrent_indexes().collect();
    let invalid: Vec<String> = sqlx::query_scalar(INVALID)
        .bind(names)
        .fetch_all(&mut *connection)
        .await?;
    for index in invalid {
        let drop = AssertSqlSafe(format!("drop index concurrently if exists {index}"));
        connection.execute(drop).await?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_migration_outside_a_transaction_builds_one_index() {
        let migrations = MIGRATOR.iter().filter(|migration| migration.no_tx);
        assert_eq!(concurrent_indexes().count(), migrations.count());
        assert!(concurrent_indexes().any(|name| name == "users_search_idx"));
    }
}
