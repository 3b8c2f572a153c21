//! Drills: emergencies on a platform of their own, and the way out of each by the operator's commands.
//!
//! A drill starts a real server and the real functions, breaks something, mends it as the runbook says, and
//! proves by requests that it is mended. It leaves nothing behind, also when it is interrupted.

mod client;
mod data;
mod environment;
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
use options::{Drill, Options};
use report::Report;

/// As a shell reports SIGINT.
const INTERRUPTED: u8 = 130;

/// Runs the command to its end.
pub(crate) fn main(arguments: impl Iterator<Item = OsString>) -> ExitCode {
    let options = Options::parse_from(arguments);
    let outcome = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(Error::system("starting"))
        .and_then(|runtime| {
            let outcome = runtime.block_on(unless_interrupted(&options));
            // What was started is gone; a task that waits for it need not end.
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
    // Whatever was started belongs to the future: dropping it ends it.
    let by_hand = tokio::select! {
        outcome = run(options) => return outcome,
        _ = interrupt.recv() => "interrupted",
        _ = terminate.recv() => "terminated",
        _ = hangup.recv() => "the terminal is gone",
    };
    report::trouble(
        options.json,
        &format!("{by_hand}; what the drill had started is gone"),
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
        _ => lost_admin::run(&environment, &mut report).await,
    };
    report.end(&outcome);
    Ok(match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(_) => ExitCode::FAILURE,
    })
}
