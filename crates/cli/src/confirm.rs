//! Confirmation before an operation that cannot be undone.

use std::io::{self, BufRead as _, IsTerminal as _, Write as _};

use crate::detached::spawn_detached;
use crate::failure::{Exit, Failure};
use crate::output::wrapped;
use crate::progress::OpenLine;

/// Succeeds with `--yes`, or if the operator types `yes` on a terminal.
///
/// # Errors
/// Standard input is not a terminal, or the operator typed something else.
pub(crate) async fn confirm(is_given: bool, what: &str) -> Result<(), Failure> {
    if is_given {
        return Ok(());
    }
    if !io::stdin().is_terminal() {
        let detail = format!("{what} This needs a confirmation, but stdin is not a terminal");
        return Err(Failure::new(Exit::Failed, "not_confirmed", detail)
            .next("check the effect with `--dry-run`, then run the command again with `--yes`"));
    }
    let mut stderr = anstream::stderr();
    write!(stderr, "{} Type yes to continue: ", wrapped(what, 0))?;
    stderr.flush()?;
    let line = OpenLine;
    let answer = spawn_detached(|| {
        let mut answer = String::new();
        io::stdin().lock().read_line(&mut answer).map(|_| answer)
    });
    let answer = answer.await??;
    line.end();
    if answer.trim() == "yes" {
        return Ok(());
    }
    Err(Failure::new(
        Exit::Failed,
        "not_confirmed",
        "not confirmed; nothing was changed",
    ))
}
