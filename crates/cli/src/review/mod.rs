//! `hallpass review`: quarterly access review.

mod access;

use std::time::Duration;

use hallpass_core::db::Db;

use crate::cli::ReviewCommand;
use crate::environment::Environment;
use crate::failure::{Exit, Failure};
use crate::output::Output;

/// Maximum time to wait for open connections to close.
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
