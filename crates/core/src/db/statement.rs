//! Runs statements through a pooler without prepared statements: without a name, and inside a transaction,
//! because the driver prepares and executes in two round trips, which must reach the same server connection.

use futures_core::future::BoxFuture;
use futures_core::stream::BoxStream;
use sqlx::error::BoxDynError;
use sqlx::postgres::{PgArguments, PgConnection, PgQueryResult, PgRow};
use sqlx::query::Map;
use sqlx::{Either, Execute, Executor, Postgres, QueryBuilder, SqlStr};

/// A statement that was built at runtime, and the function that reads its rows.
pub(crate) type Built<T> = Map<'static, Postgres, fn(PgRow) -> sqlx::Result<T>, PgArguments>;

/// Takes the statement out of its builder. The builder's own query would borrow from it.
pub(crate) fn built<T: Send + Unpin>(
    mut builder: QueryBuilder<Postgres>,
    read: fn(PgRow) -> sqlx::Result<T>,
) -> Built<T> {
    let text = builder.sql();
    let arguments = builder
        .build()
        .take_arguments()
        .expect("the arguments were encoded when they were pushed")
        .expect("nobody took them before");
    sqlx::query_with(text, arguments).try_map(read)
}

/// Runs a statement between BEGIN and COMMIT and leaves nothing prepared. If it is cancelled, the connection must not be
/// used again.
pub(super) async fn in_transaction<'q, T, F, A>(
    connection: &mut PgConnection,
    statement: Map<'q, Postgres, F, A>,
) -> sqlx::Result<Vec<T>>
where
    T: Send + Unpin,
    F: FnMut(PgRow) -> sqlx::Result<T> + Send,
    A: sqlx::IntoArguments<Postgres> + Send + 'q,
{
    connection.execute("begin").await?;
    let result = statement.fetch_all(Unnamed(connection)).await;
    connection
        .execute(if result.is_ok() { "commit" } else { "rollback" })
        .await?;
    result
}

/// Sends every statement without a name.
#[derive(Debug)]
struct Unnamed<'c>(&'c mut PgConnection);

impl<'c> Executor<'c> for Unnamed<'c> {
    type Database = Postgres;

    fn fetch_many<'e, 'q: 'e, E>(
        self,
        query: E,
    ) -> BoxStream<'e, sqlx::Result<Either<PgQueryResult, PgRow>>>
    where
        'c: 'e,
        E: 'q + Execute<'q, Postgres>,
    {
        self.0.fetch_many(NotKept(query))
    }

    fn fetch_optional<'e, 'q: 'e, E>(self, query: E) -> BoxFuture<'e, sqlx::Result<Option<PgRow>>>
    where
        'c: 'e,
        E: 'q + Execute<'q, Postgres>,
    {
        self.0.fetch_optional(NotKept(query))
    }

    fn prepare_with<'e>(
        self,
        sql: SqlStr,
        parameters: &'e [sqlx::postgres::PgTypeInfo],
    ) -> BoxFuture<'e, sqlx::Result<sqlx::postgres::PgStatement>>
    where
        'c: 'e,
    {
        self.0.prepare_with(sql, parameters)
    }

    fn describe<'e>(self, sql: SqlStr) -> BoxFuture<'e, sqlx::Result<sqlx::Describe<Postgres>>>
    where
        'c: 'e,
    {
        self.0.describe(sql)
    }
}

/// A statement that is not kept prepared.
struct NotKept<E>(E);

impl<'q, E: Execute<'q, Postgres>> Execute<'q, Postgres> for NotKept<E> {
    fn sql(self) -> SqlStr {
        self.0.sql()
    }

    fn statement(&self) -> Option<&sqlx::postgres::PgStatement> {
        None
    }

    fn take_arguments(&mut self) -> Result<Option<PgArguments>, BoxDynError> {
        self.0.take_arguments()
    }

    fn persistent(&self) -> bool {
        false
    }
}
