//! `hallpass db`: inspection and maintenance of the database.

mod analyze;
pub(crate) mod connections;
mod indexes;
mod psql;
mod purge;
pub(crate) mod sizes;
mod slow;

use std::time::Duration;

use hallpass_core::config::DatabaseConfig;
use hallpass_core::db::Db;
use hallpass_core::schema;
use sqlx::postgres::PgConnection;

use crate::cli::DbCommand;
use crate::environment::Environment;
use crate::failure::{Exit, Failure};
use crate::output::Output;

/// Maximum time to wait for open connections to close.
const CLOSE: Duration = Duration::from_secs(1);

pub(crate) async fn run(
    environment: &Environment,
    output: Output,
    command: &DbCommand,
) -> Result<Exit, Failure> {
    match command {
        DbCommand::Analyze { dry_run } => analyze::run(environment, output, *dry_run).await,
        DbCommand::Psql { arguments } => psql::run(environment, arguments).await,
        DbCommand::Purge(options) => purge::run(environment, output, options).await,
        looking => {
            let mut database = environment.database()?;
            // One connection at most, because the command must not add to the connections that it reports.
            database.max_connections = 1;
            let db = Db::new(&database);
            let done = match looking {
                DbCommand::Connections => connections::run(&db, output).await,
                DbCommand::Slow(options) => slow::run(&db, output, options).await,
                DbCommand::Indexes => indexes::run(&db, output).await,
                _ => sizes::run(&db, output).await,
            };
            db.close(CLOSE).await;
            done
        }
    }
}

/// Opens the owner's direct connection.
async fn direct(environment: &Environment) -> Result<(PgConnection, DatabaseConfig), Failure> {
    let database = environment.direct()?;
    let connection = schema::connect(&database).await?;
    Ok((connection, database))
}
