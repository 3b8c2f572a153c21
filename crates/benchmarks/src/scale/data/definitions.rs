//! Indexes and constraints, which are dropped before the rows are written and built again afterwards. Building an index
//! at once takes a tenth of the time that it takes to insert millions of keys one after the other.

use sqlx::{AssertSqlSafe, Connection as _, Executor as _, PgConnection, Row as _};

use super::progress::Progress;
use crate::Result;

/// Primary keys and unique constraints, other indexes, and foreign keys, in the order in which they are built.
const FIND: &str = r"
    with large as (
        select unnest(array['hallpass.users', 'hallpass.user_words', 'hallpass.sessions', 'hallpass.audit_events']::regclass[]) as id
    )
    select c.conname::text as name,
        format('alter table %s drop constraint %I', c.conrelid::regclass, c.conname) as drop,
        format('alter table %s add constraint %I %s', c.conrelid::regclass, c.conname, pg_get_constraintdef(c.oid)) as build,
        case when c.contype = 'f' then 3 else 1 end as stage
    from pg_constraint c
    where c.contype in ('p', 'u', 'x') and c.conrelid in (select id from large)
        or c.contype = 'f' and c.confrelid in (select id from large)
    union all
    select i.indexrelid::regclass::text, format('drop index %s', i.indexrelid::regclass), pg_get_indexdef(i.indexrelid), 2
    from pg_index i
    where i.indrelid in (select id from large)
        and not exists (select from pg_constraint c where c.conindid = i.indexrelid and c.contype in ('p', 'u', 'x'))
    order by stage, name";

const EXISTS: &str = "
    select to_regclass($1) is not null or exists (
        select from pg_constraint where conname = $1 and connamespace = 'hallpass'::regnamespace
    )";

/// Drops all of them, and remembers how they are built. The caller has started a transaction.
pub(super) async fn remove(connection: &mut PgConnection) -> Result<()> {
    // With an empty search path, all names in the definitions have their schema.
    connection.execute("set search_path = ''").await?;
    let found = sqlx::query(FIND).fetch_all(&mut *connection).await?;
    for (position, row) in (0_i32..).zip(&found) {
        sqlx::query("insert into benchmark.definitions values ($1, $2, $3)")
            .bind(position)
            .bind(row.try_get::<String, _>("name")?)
            .bind(row.try_get::<String, _>("build")?)
            .execute(&mut *connection)
            .await?;
    }
    // Foreign keys first: they depend on primary keys.
    for row in found.iter().rev() {
        let drop: String = row.try_get("drop")?;
        connection.execute(AssertSqlSafe(drop)).await?;
    }
    Ok(())
}

/// Builds those that are missing.
pub(super) async fn restore(url: &str) -> Result<()> {
    let mut connection = PgConnection::connect(url).await?;
    connection
        .execute("set search_path = ''; set maintenance_work_mem = '1GB'; set max_parallel_maintenance_workers = 2")
        .await?;
    let all: Vec<(String, String)> =
        sqlx::query_as("select name, statement from benchmark.definitions order by position")
            .fetch_all(&mut connection)
            .await?;
    let progress = Progress::begin("indexes", u64::try_from(all.len())?);
    for (name, statement) in all {
        progress.describe(&name);
        let exists: bool = sqlx::query_scalar(EXISTS)
            .bind(&name)
            .fetch_one(&mut connection)
            .await?;
        if !exists {
            connection.execute(AssertSqlSafe(statement)).await?;
        }
        progress.advance(1);
    }
    progress.end();
    Ok(connection.close().await?)
}
