//! The operator's command `hallpass`: migrations, users, the database, and a doctor who says what to do.

mod alerts;
mod aside;
mod audit;
mod backup;
mod capacity;
mod certs;
mod cli;
mod clock;
mod completions;
mod confirm;
mod db;
mod doctor;
mod dotenv;
mod drill;
mod environment;
mod failure;
mod interrupt;
mod libpq;
mod links;
mod man;
mod metrics;
mod migrate;
mod outgoing;
mod progress;
mod review;
mod screen;
mod secrets;
mod sessions;
mod shell;
mod site;
mod table;
mod units;
mod users;

use std::process::ExitCode;

pub use cli::Cli;
use cli::Command;
use environment::Environment;
use failure::{Exit, Failure};
use screen::Screen;

/// Does what the command line asks for and tells how it went.
pub async fn run(cli: Cli) -> ExitCode {
    let screen = Screen::new(cli.json);
    let exit = match interrupt::unless_told(Box::pin(obey(cli, screen))).await {
        Ok(exit) => exit,
        Err(failure) => {
            failure.show(screen);
            failure.exit
        }
    };
    ExitCode::from(exit as u8)
}

async fn obey(cli: Cli, screen: Screen) -> Result<Exit, Failure> {
    // Completions and man pages must not fail because a file of variables is wrong.
    let environment = || Environment::load(cli.env_file.as_deref());
    match cli.command {
        Command::Migrate(options) => migrate::run(&environment()?, screen, &options).await,
        Command::Users { command } => users::run(&environment()?, screen, command).await,
        Command::Db { command } => db::run(&environment()?, screen, &command).await,
        Command::Sessions { command } => sessions::run(&environment()?, screen, &command).await,
        Command::Links { command } => links::run(&environment()?, screen, &command).await,
        Command::Audit { command } => audit::run(&environment()?, screen, &command).await,
        Command::Review { command } => review::run(&environment()?, screen, &command).await,
        Command::Capacity(options) => capacity::run(&environment()?, screen, &options).await,
        Command::Metrics(options) => metrics::run(&environment()?, screen, &options).await,
        Command::Alerts { command } => alerts::run(&environment()?, screen, &command).await,
        Command::Secrets { command } => secrets::run(&environment()?, screen, &command).await,
        Command::Warm(options) => site::warm::run(&environment()?, screen, &options).await,
        Command::Smoke(options) => site::smoke::run(&environment()?, screen, &options).await,
        Command::Watch(options) => site::watch::run(&environment()?, screen, &options).await,
        Command::Certs(options) => certs::run(&environment()?, screen, &options).await,
        Command::Backup { command } => backup::run(&environment()?, screen, &command).await,
        Command::Drill { arguments } => {
            environment()?;
            drill::run(screen, &arguments).await
        }
        Command::Doctor => doctor::run(&environment()?, screen).await,
        Command::Completions(options) => completions::run(screen, options.shell),
        Command::Man(options) => man::run(screen, &options.dir),
    }
}
