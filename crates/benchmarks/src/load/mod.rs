//! Requests per second, CPU time and memory.

use crate::Result;

/// Options of the command.
#[derive(Debug, clap::Args)]
pub(crate) struct Options {}

/// Runs the command.
#[expect(clippy::unused_async, reason = "nothing is measured yet")]
pub(crate) async fn run(_options: Options) -> Result<()> {
    Err("the load suite does not exist yet".into())
}
