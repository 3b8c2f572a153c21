//! Sizes of tables and indexes, and how many updates needed no new index entries.

use serde::Serialize;
use sqlx::{FromRow, PgConnection};

use crate::Result;

/// A table or an index.
#[derive(Debug, Serialize, FromRow)]
pub(crate) struct Relation {
    pub(crate) name: String,
    pub(crate) bytes: i64,
}

/// Updates of a table since its statistics were reset.
#[derive(Debug, Serialize, FromRow)]
pub(crate) struct Updates {
    pub(crate) table: String,
    pub(crate) all: i64,
    /// Updates that needed no new index entries (heap-only tuples).
    pub(crate) heap_only: i64,
}

/// Tables and indexes of the product, the largest first.
pub(crate) async fn relations(connection: &mut PgConnection) -> Result<Vec<Relation>> {
    Ok(sqlx::query_as(
        "select c.relname::text as name, pg_relation_size(c.oid)::bigint as bytes
         from pg_class c
         where c.relnamespace = 'hallpass'::regnamespace and c.relkind in ('r', 'i') and pg_relation_size(c.oid) > 100000
         order by bytes desc",
    )
    .fetch_all(connection)
    .await?)
}

/// Starts to count updates from zero.
pub(crate) async fn reset_updates(connection: &mut PgConnection) -> Result<()> {
    sqlx::query(
        "select pg_stat_reset_single_table_counters(relid) from pg_stat_user_tables where schemaname = 'hallpass'",
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Tables with updates since then. The processes that made them must have ended, or been idle for some seconds.
pub(crate) async fn updates(connection: &mut PgConnection) -> Result<Vec<Updates>> {
    Ok(sqlx::query_as(
        r#"select relname::text as "table", n_tup_upd as "all", n_tup_hot_upd as heap_only
         from pg_stat_user_tables
         where schemaname = 'hallpass' and n_tup_upd > 0
         order by n_tup_upd desc"#,
    )
    .fetch_all(connection)
    .await?)
}
