//! What the server counted for the statements of a request (`pg_stat_statements`).

use sqlx::{Executor as _, PgConnection, Row as _};

use crate::Result;

/// Sums over the statements of one request.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Counted {
    pub(crate) statements: i64,
    /// Planning and execution, in milliseconds.
    pub(crate) time: f64,
    /// Pages of 8 KiB, found in the server's buffers or read.
    pub(crate) buffers: i64,
    /// Bytes of the write-ahead log.
    pub(crate) log_bytes: i64,
    /// The process of the function's connection. It changes if the function has connected again.
    pub(crate) backend: Option<i32>,
}

/// Connection of the superuser, which counts from zero for each request.
#[derive(Debug)]
pub(crate) struct Statistics(PgConnection);

impl Statistics {
    pub(crate) fn new(connection: PgConnection) -> Self {
        Self(connection)
    }

    pub(crate) fn connection(&mut self) -> &mut PgConnection {
        &mut self.0
    }

    pub(crate) async fn reset(&mut self) -> Result<()> {
        self.0
            .execute(
                "select benchmark.pg_stat_statements_reset(0, oid, 0) from pg_database where datname = current_database()",
            )
            .await?;
        Ok(())
    }

    /// Sums since the last reset, without those of transactions and pings.
    pub(crate) async fn read(&mut self) -> Result<Counted> {
        let row = sqlx::query(
            "select coalesce(sum(calls), 0)::bigint as statements,
                coalesce(sum(total_plan_time + total_exec_time), 0) as time,
                coalesce(sum(shared_blks_hit + shared_blks_read), 0)::bigint as buffers,
                coalesce(sum(wal_bytes), 0)::bigint as log_bytes,
                (select max(a.pid) from pg_stat_activity a
                 where a.datname = current_database() and a.usename = 'hallpass_app' and a.query_start = (
                    select max(query_start) from pg_stat_activity
                    where datname = current_database() and usename = 'hallpass_app')) as backend
             from benchmark.pg_stat_statements
             where dbid = (select oid from pg_database where datname = current_database())
                and userid = 'hallpass_app'::regrole
                and query ~* '^\\s*(--[^\\n]*\\n\\s*)*(select|with|insert|update|delete)'
                and query ~ 'hallpass\\.'",
        )
        .fetch_one(&mut self.0)
        .await?;
        Ok(Counted {
            statements: row.try_get("statements")?,
            time: row.try_get("time")?,
            buffers: row.try_get("buffers")?,
            log_bytes: row.try_get("log_bytes")?,
            backend: row.try_get("backend")?,
        })
    }
}
