//! `hallpass audit`: shows recent and suspicious audit events. Needs only the functions' role.

mod recent;
mod suspicious;

use std::time::Duration;

use anstyle::Style;
use hallpass_core::db::Db;

use crate::cli::AuditCommand;
use crate::environment::Environment;
use crate::failure::{Exit, Failure};
use crate::output::{BAD, FAIR, Output};

/// Maximum time to wait for open connections to close.
const CLOSE: Duration = Duration::from_secs(1);

pub(crate) async fn run(
    environment: &Environment,
    output: Output,
    command: &AuditCommand,
) -> Result<Exit, Failure> {
    let database = environment.database()?;
    let db = Db::new(&database);
    let done = match command {
        AuditCommand::Recent(options) => recent::run(&db, output, options).await,
        AuditCommand::Suspicious { since } => suspicious::run(&db, output, *since).await,
    };
    db.close(CLOSE).await;
    done
}

fn style(severity: &str) -> Style {
    match severity {
        "critical" => BAD,
        "warning" => FAIR,
        _ => Style::new(),
    }
}
