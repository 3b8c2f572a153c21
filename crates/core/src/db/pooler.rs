//! Detects the connection pooler in front of the server at runtime.

use sqlx::postgres::{PgConnectOptions, PgConnection};
use sqlx::{Connection as _, Executor as _, Row as _};

use super::retry::lost_its_statement;

/// The connection pooler in front of the server, as detected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pooler {
    /// No pooler, or one that gives each client its own server connection.
    None,
    /// A transaction pooler that tracks named statements.
    Tracking,
    /// A transaction pooler without prepared statements.
    NoPreparedStatements,
}

/// Whether the host belongs to a service whose poolers are known to track named statements (Neon, both addresses).
pub(super) fn tracks_by_name(options: &PgConnectOptions) -> bool {
    options.get_host().ends_with(".neon.tech")
}

/// The server process behind a connection, and whether another client's statements are prepared there.
struct Backend {
    pid: i32,
    is_where_we_dialled: bool,
    has_foreign_statements: bool,
}

async fn inspect(
    connection: &mut PgConnection,
    options: &PgConnectOptions,
) -> sqlx::Result<Backend> {
    // Uses the simple protocol, so that nothing is prepared by the probe.
    let row = connection
        .fetch_one(
            "select pg_backend_pid()::text, coalesce(host(inet_server_addr()), ''), \
             coalesce(inet_server_port(), 0)::text, \
             exists(select from pg_prepared_statements where name like 'sqlx\\_s\\_%')::text",
        )
        .await?;
    let text = |i: usize| row.try_get::<String, _>(i);
    let (address, port) = (text(1)?, text(2)?);
    let dialled = options.get_host();
    let same_address = address == dialled
        || (dialled == "localhost" && matches!(address.as_str(), "127.0.0.1" | "::1"));
    let is_where_we_dialled = if options.get_socket().is_some() {
        address.is_empty()
    } else {
        same_address && port == options.get_port().to_string()
    };
    Ok(Backend {
        pid: text(0)?.parse().map_err(sqlx::Error::decode)?,
        is_where_we_dialled,
        has_foreign_statements: text(3)? == "true",
    })
}

/// Detects the connection pooler in front of the server.
///
/// One round trip is enough if the server itself answers at the configured address. Otherwise a second connection is
/// opened: through a transaction pooler, both connections reach the same server process. There, preparing a statement
/// on the second connection under a name that the first one has used either fails or succeeds.
///
/// # Errors
/// Errors of the connections.
pub async fn probe(
    options: &PgConnectOptions,
    connection: &mut PgConnection,
) -> sqlx::Result<Pooler> {
    let first = inspect(connection, options).await?;
    if first.is_where_we_dialled {
        return Ok(Pooler::None);
    }
    if first.has_foreign_statements {
        return Ok(Pooler::NoPreparedStatements);
    }
    let mut other = PgConnection::connect_with(options).await?;
    let second = inspect(&mut other, options).await?;
    let again = inspect(connection, options).await?;
    let is_pooler = first.pid == second.pid || first.pid != again.pid;
    let mut forgets = false;
    for connection in [connection, &mut other] {
        match sqlx::query("select 1").execute(connection).await {
            Ok(_) => {}
            Err(error) if lost_its_statement(&error) => forgets = true,
            Err(error) => return Err(error),
        }
    }
    // An error does not matter here: the connection is gone either way.
    let _ = other.close().await;
    Ok(match (forgets, is_pooler) {
        (true, _) => Pooler::NoPreparedStatements,
        (false, true) => Pooler::Tracking,
        (false, false) => Pooler::None,
    })
}
