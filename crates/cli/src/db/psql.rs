//! `hallpass db psql`: runs psql on the direct connection, without a password on the command line.

use std::ffi::OsString;
use std::io::ErrorKind;

use tokio::process::Command;

use crate::drill::pass_on;
use crate::environment::Environment;
use crate::failure::{Exit, Failure};
use crate::interrupt::Interrupt;
use crate::libpq;

/// Runs psql with these arguments. psql inherits standard input and output, and handles Ctrl-C itself.
pub(super) async fn run(
    environment: &Environment,
    arguments: &[OsString],
) -> Result<Exit, Failure> {
    let database = environment.direct()?;
    let mut command = Command::new("psql");
    // Other inherited libpq variables would override ours.
    for (name, _) in std::env::vars_os() {
        if name.to_string_lossy().starts_with("PG") {
            command.env_remove(name);
        }
    }
    let _ca = libpq::point_at(&mut command, &database)?;
    // In psql, Ctrl-C cancels a statement. It must not end this process.
    let mut interrupt = Interrupt::listen();
    let mut child = command.args(arguments).spawn().map_err(|error| {
        if error.kind() != ErrorKind::NotFound {
            return Failure::from(error);
        }
        let detail = "psql is not on the PATH";
        Failure::new(Exit::Failed, "programs_missing", detail)
            .next("install it with `apt-get install postgresql-client` or `brew install libpq`")
    })?;
    let pid = child.id();
    let status = loop {
        tokio::select! {
            status = child.wait() => break status?,
            () = interrupt.end() => pass_on(pid),
        }
    };
    if status.success() {
        return Ok(Exit::Done);
    }
    let detail = format!("psql failed ({status})");
    Err(Failure::new(Exit::Failed, "psql_failed", detail))
}
