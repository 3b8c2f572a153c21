//! `hallpass review`: what somebody who is responsible looks at four times a year.

mod access;

use std::time::Duration;

use hallpass_core::db::Db;

use crate::cli::ReviewCommand;
use crate::environment::Environment;
use crate::failure::{Exit, Failure};
use crate::output::Output;

/// How long connections in use are waited for in the end.
const CLOSE: Duration = Duration::from_secs(1);

pub(crate) async fn run(
    environment: &Environment,
    output: Output,
    command: &ReviewCommand,
) -> Result<Exit, Failure> {
    let ReviewCommand::Access { inactive } = command;
    let db = Db::new(&environment.database()?);
    let done = access::run(&db, output, *inactive).await;
    db.close(CLOSE).await;
    done
}
