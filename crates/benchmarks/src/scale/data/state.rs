//! What is known of a data set, in the schema `benchmark` beside the product's own: its size, which parts are finished,
//! and the indexes that are built at the end.

use std::hash::{DefaultHasher, Hash as _, Hasher as _};

use hallpass_core::schema;
use sqlx::{Executor as _, PgConnection, Row as _};

use super::rows::{Rows, Source, Table};
use super::size::Size;
use crate::Result;

const CREATE: &str = "
    create table benchmark.data_set (
        users bigint not null, sessions bigint not null, events bigint not null, made_at bigint not null,
        password_hash text not null, schema text not null, rules text not null, finished_at timestamptz
    );
    create table benchmark.finished_chunks (table_name text, chunk bigint, primary key (table_name, chunk));
    create table benchmark.definitions (position integer primary key, name text not null, statement text not null);
";

/// A data set that exists, finished or not.
#[derive(Debug)]
pub(super) struct State {
    pub(super) source: Source,
    pub(super) is_finished: bool,
    /// Fingerprints of the schema and of the rules by which rows are made.
    made_by: (String, String),
}

impl State {
    /// The data set of this database, if it has one.
    pub(super) async fn read(connection: &mut PgConnection) -> Result<Option<Self>> {
        let exists: bool =
            sqlx::query_scalar("select to_regclass('benchmark.data_set') is not null")
                .fetch_one(&mut *connection)
                .await?;
        if !exists {
            return Ok(None);
        }
        let row = sqlx::query(
            "select users, sessions, events, made_at, password_hash, schema, rules, finished_at is not null as finished \
             from benchmark.data_set",
        )
        .fetch_one(connection)
        .await?;
        let count = |name: &str| -> Result<u64> { Ok(row.try_get::<i64, _>(name)?.try_into()?) };
        Ok(Some(Self {
            source: Source {
                size: Size {
                    users: count("users")?,
                    sessions: count("sessions")?,
                    events: count("events")?,
                    made_at: row.try_get("made_at")?,
                },
                password_hash: row.try_get("password_hash")?,
            },
            is_finished: row.try_get("finished")?,
            made_by: (row.try_get("schema")?, row.try_get("rules")?),
        }))
    }

    /// Begins a data set. The caller has started a transaction.
    pub(super) async fn begin(connection: &mut PgConnection, source: &Source) -> Result<()> {
        connection.execute(CREATE).await?;
        let count = |count: u64| i64::try_from(count).unwrap_or(i64::MAX);
        let size = &source.size;
        sqlx::query("insert into benchmark.data_set values ($1, $2, $3, $4, $5, $6, $7)")
            .bind(count(size.users))
            .bind(count(size.sessions))
            .bind(count(size.events))
            .bind(size.made_at)
            .bind(&source.password_hash)
            .bind(schema_fingerprint())
            .bind(rules_fingerprint(source))
            .execute(connection)
            .await?;
        Ok(())
    }

    /// Why the data set cannot be used for this size, if it cannot.
    pub(super) fn mismatch(&self, wanted: &Size) -> Option<String> {
        let size = &self.source.size;
        if (size.users, size.sessions, size.events)
            != (wanted.users, wanted.sessions, wanted.events)
        {
            return Some(format!(
                "it has {} users, {} sessions and {} audit events",
                size.users, size.sessions, size.events
            ));
        }
        if self.made_by.0 != schema_fingerprint() {
            return Some("it has the schema of another release".to_owned());
        }
        (self.made_by.1 != rules_fingerprint(&self.source))
            .then(|| "its rows were made by other rules".to_owned())
    }
}

fn schema_fingerprint() -> String {
    format!("{:x}", schema::fingerprint())
}

/// Changes if rows are made in another way, be it by this program or by the product's rules for derived columns.
fn rules_fingerprint(source: &Source) -> String {
    let mut rows = Rows::new();
    for table in Table::ALL {
        for number in 0..1_000.min(table.count(&source.size)) {
            table.push(&mut rows, number, source);
        }
    }
    let mut hasher = DefaultHasher::new();
    rows.into_bytes().hash(&mut hasher);
    format!("{:x}", hasher.finish())
}
