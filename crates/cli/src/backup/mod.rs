//! `hallpass backup`: creates, verifies and restores backups.

mod archive;
mod contents;
mod create;
mod digest;
mod manifest;
mod partial;
mod programs;
mod proof;
mod requirements;
mod restore;
mod script;
mod server;
mod stage;
mod target;
mod verify;

use crate::cli::BackupCommand;
use crate::environment::Environment;
use crate::failure::{Exit, Failure};
use crate::interrupt::Interrupt;
use crate::output::Output;

pub(crate) async fn run(
    environment: &Environment,
    output: Output,
    command: &BackupCommand,
) -> Result<Exit, Failure> {
    match command {
        BackupCommand::Create(options) => create::run(environment, output, options).await,
        BackupCommand::Verify(options) => {
            // `verify` drops its scratch database even after an interrupt, so it receives signals itself.
            verify::run(environment, output, options, &mut Interrupt::listen()).await
        }
        BackupCommand::Restore(options) => restore::run(environment, output, options).await,
    }
}
