//! `hallpass sessions`: who is signed in, and ending it. Works as the functions' role, and without a secret.

mod list;
mod revoke;

use std::time::Duration;

use hallpass_core::db::Db;

use crate::cli::SessionsCommand;
use crate::environment::Environment;
use crate::failure::{Exit, Failure};
use crate::output::Output;

/// How long connections in use are waited for in the end.
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
