//! `hallpass sessions`: lists and ends sessions. Needs only the functions' role and no secret.

mod list;
mod revoke;

use std::time::Duration;

use hallpass_core::db::Db;

use crate::cli::SessionsCommand;
use crate::environment::Environment;
use crate::failure::{Exit, Failure};
use crate::output::Output;

/// Maximum time to wait for open connections to close.
const CLOSE: Duration = Duration::from_secs(1);

pub(crate) async fn run(
    environment: &Environment,
    output: Output,
    command: &SessionsCommand,
) -> Result<Exit, Failure> {
    let database = environment.database()?;
    let db = Db::new(&database);
    let done = match command {
        SessionsCommand::List(options) => list::run(&db, output, options).await,
        SessionsCommand::Revoke(options) => {
            revoke::run(&db, output, options, &database.address()).await
        }
    };
    db.close(CLOSE).await;
    done.map(|()| Exit::Done)
}
