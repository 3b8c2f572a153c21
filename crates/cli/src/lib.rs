//! The operator's command `hallpass`: migrations, users, sessions, backups, monitoring and diagnosis.

mod alerts;
mod audit;
mod backup;
mod capacity;
mod certs;
mod cli;
mod clock;
mod completions;
mod confirm;
mod db;
mod detached;
mod doctor;
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
mod output;
mod progress;
mod review;
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
use output::Output;

/// Runs the command and returns its exit code.
pub async fn run(cli: Cli) -> ExitCode {
    let output = Output::new(cli.json);
    let exit = match interrupt::with_signal_handling(Box::pin(dispatch(cli, output))).await {
        Ok(exit) => exit,
        Err(failure) => {
            failure.show(output);
            failure.exit
        }
    };
    ExitCode::from(exit as u8)
}

async fn dispatch(cli: Cli, output: Output) -> Result<Exit, Failure> {
    // Completions and man pages must work even if the dotenv file is invalid.
    let environment = || Environment::load(cli.env_file.as_deref());
    // Not for backups, which may use another server than the one that the variables name.
    let with_database = || {
        let environment = environment()?;
        environment.announce_database(output)?;
        Ok::<_, Failure>(environment)
    };
    match cli.command {
        Command::Migrate(options) => migrate::run(&with_database()?, output, &options).await,
        Command::Users { command } => users::run(&with_database()?, output, command).await,
        Command::Db { command } => db::run(&with_database()?, output, &command).await,
        Command::Sessions { command } => sessions::run(&with_database()?, output, &command).await,
        Command::Links { command } => links::run(&with_database()?, output, &command).await,
        Command::Audit { command } => audit::run(&with_database()?, output, &command).await,
        Command::Review { command } => review::run(&with_database()?, output, &command).await,
        Command::Capacity(options) => capacity::run(&with_database()?, output, &options).await,
        Command::Metrics(options) => metrics::run(&with_database()?, output, &options).await,
        Command::Alerts { command } => alerts::run(&environment()?, output, &command).await,
        Command::Secrets { command } => secrets::run(&environment()?, output, &command).await,
        Command::Warm(options) => site::warm::run(&environment()?, output, &options).await,
        Command::Smoke(options) => site::smoke::run(&environment()?, output, &options).await,
        Command::Watch(options) => site::watch::run(&environment()?, output, &options).await,
        Command::Certs(options) => certs::run(&environment()?, output, &options).await,
        Command::Backup { command } => backup::run(&environment()?, output, &command).await,
        Command::Drill { arguments } => {
            environment()?;
            drill::run(output, &arguments).await
        }
        Command::Doctor => doctor::run(&environment()?, output).await,
        Command::Completions(options) => completions::run(output, options.shell),
        Command::Man(options) => man::run(output, &options.dir),
    }
}
