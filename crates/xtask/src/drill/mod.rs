//! Drills: each causes an emergency on a temporary platform, and recovers from it with the operator's commands.
//!
//! A drill starts a real server and the real functions, breaks something, fixes it as the runbook describes, and checks
//! the result with requests. It leaves nothing behind, even if it is interrupted.

mod data;
mod environment;
mod failover;
mod lost_admin;
mod operator;
mod options;
mod pool_exhaustion;
mod recovery;
mod report;
mod rollback;
mod secret_rotation;
mod verify;

use std::ffi::OsString;
use std::io::Write as _;
use std::process::ExitCode;

use clap::Parser as _;
use hallpass_platform::{Error, client_programs, finish_guard};
use tokio::signal::unix::{SignalKind, signal};

use environment::Environment;
pub(crate) use failover::FENCE as CLUSTER;
use options::{Drill, Options};
use report::Report;

/// The exit code that shells use for SIGINT.
const INTERRUPTED: u8 = 130;

/// Runs the command.
pub(crate) fn main(arguments: impl Iterator<Item = OsString>) -> ExitCode {
    let options = Options::parse_from(arguments);
    let outcome = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(Error::system("starting"))
        .and_then(|runtime| {
            let outcome = runtime.block_on(unless_interrupted(&options));
            // Everything that was started has ended, so remaining tasks are not waited for.
            runtime.shutdown_background();
            outcome
        });
    finish_guard();
    match outcome {
        Ok(code) => code,
        Err(error) => {
            report::trouble(options.json, &error.to_string());
            ExitCode::FAILURE
        }
    }
}

async fn unless_interrupted(options: &Options) -> Result<ExitCode, Error> {
    let listen = |kind| signal(kind).map_err(Error::system("listening for signals"));
    let mut interrupt = listen(SignalKind::interrupt())?;
    let mut terminate = listen(SignalKind::terminate())?;
    let mut hangup = listen(SignalKind::hangup())?;
    // If the future is dropped, everything that it has started is ended.
    let by_hand = tokio::select! {
        outcome = run(options) => return outcome,
        _ = interrupt.recv() => "interrupted",
        _ = terminate.recv() => "terminated",
        _ = hangup.recv() => "the terminal was closed",
    };
    report::trouble(
        options.json,
        &format!("{by_hand}; everything that the drill has started was ended"),
    );
    Ok(ExitCode::from(INTERRUPTED))
}

async fn run(options: &Options) -> Result<ExitCode, Error> {
    match &options.drill {
        Drill::Programs => {
            let directory = client_programs().await?;
            writeln!(std::io::stdout(), "{}", directory.display())
                .map_err(Error::system("writing to standard output"))?;
            return Ok(ExitCode::SUCCESS);
        }
        Drill::Verify { file } => return verify::run(options, file).await,
        // Before the build, which may take minutes.
        Drill::Failover(_) => failover::check_programs().await?,
        _ => {}
    }
    let environment = Environment::find(options).await?;
    let mut report = Report::begin(options);
    let outcome = match &options.drill {
        Drill::Recovery { users, from } => match from {
            Some(file) => recovery::with(&environment, file, &mut report).await,
            None => recovery::run(&environment, *users, &mut report).await,
        },
        Drill::PoolExhaustion => pool_exhaustion::run(&environment, &mut report).await,
        Drill::SecretRotation => secret_rotation::run(&environment, &mut report).await,
        Drill::Rollback => rollback::run(&environment, &mut report).await,
        Drill::Failover(options) => failover::run(&environment, options, &mut report).await,
        _ => lost_admin::run(&environment, &mut report).await,
    };
    report.end(&outcome);
    Ok(match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(_) => ExitCode::FAILURE,
    })
}
