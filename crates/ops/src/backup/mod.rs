//! `hallpass backup`: the whole database in a file, the proof that it is all there, and the way back.

mod archive;
mod contents;
mod create;
mod digest;
mod manifest;
mod partial;
mod programs;
mod proof;
mod restore;
mod server;
mod stage;
mod target;
mod verify;

use crate::cli::BackupCommand;
use crate::environment::Environment;
use crate::failure::{Exit, Failure};
use crate::interrupt::Interrupt;
use crate::screen::Screen;

pub(crate) async fn run(
    environment: &Environment,
    screen: Screen,
    command: &BackupCommand,
) -> Result<Exit, Failure> {
    let mut interrupt = Interrupt::listen()?;
    match command {
        BackupCommand::Create(options) => {
            let work = create::run(environment, screen, options);
            interrupt.unless(work).await
        }
        BackupCommand::Verify(options) => {
            verify::run(environment, screen, options, &mut interrupt).await
        }
        BackupCommand::Restore(options) => {
            let work = restore::run(environment, screen, options);
            interrupt.unless(work).await
        }
    }
}
