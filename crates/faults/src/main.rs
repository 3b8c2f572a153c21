//! `cargo faults`: breaks the database, the network and the functions under load, and checks what clients see.
//!
//! Every scenario runs the real functions on the local platform, a real PostgreSQL, and clients that keep a ledger of
//! what was acknowledged. docs/reference/RELIABILITY.md has the limits.

mod chart;
mod client;
mod ledger;
mod load;
mod options;
mod outcome;
mod programs;
mod progress;
mod report;
mod samples;
mod scenarios;
mod stack;

use std::io::Write as _;
use std::process::ExitCode;

use clap::Parser as _;
use hallpass_platform::{Error, finish_guard};
use tokio::signal::unix::{SignalKind, signal};

use options::Options;

/// The exit code that shells use for SIGINT.
const INTERRUPTED: u8 = 130;

fn main() -> ExitCode {
    let options = Options::parse();
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
            let _reader_gone = writeln!(std::io::stderr(), "cargo faults: {error}");
            ExitCode::FAILURE
        }
    }
}

async fn unless_interrupted(options: &Options) -> Result<ExitCode, Error> {
    let listen = |kind| signal(kind).map_err(Error::system("listening for signals"));
    let mut interrupt = listen(SignalKind::interrupt())?;
    let mut terminate = listen(SignalKind::terminate())?;
    // If the future is dropped, everything that it has started is ended.
    tokio::select! {
        outcome = run(options) => outcome,
        _ = interrupt.recv() => Ok(ExitCode::from(INTERRUPTED)),
        _ = terminate.recv() => Ok(ExitCode::from(INTERRUPTED)),
    }
}

async fn run(options: &Options) -> Result<ExitCode, Error> {
    let chosen = options.choose(scenarios::ALL)?;
    if options.list {
        report::list(&chosen);
        return Ok(ExitCode::SUCCESS);
    }
    let needs_pgbouncer = chosen.iter().any(|scenario| scenario.needs_pgbouncer);
    let binaries = programs::find(needs_pgbouncer, options.no_build).await?;
    let mut server = stack::Server::start(binaries, options.short).await?;
    let mut rows = Vec::new();
    for scenario in chosen {
        let running = progress::Running::begin(scenario);
        let outcome = match (scenario.run)(&mut server).await {
            Ok(outcome) => outcome,
            // The scenario could not be carried out, which is a failure as well.
            Err(error) => outcome::Outcome::failed(&error),
        };
        running.end(&outcome);
        rows.push((scenario, outcome));
        server.repair().await?;
    }
    server.stop().await?;
    let is_passed = rows.iter().all(|(_, outcome)| outcome.is_passed());
    report::table(&rows);
    if let Some(file) = &options.json {
        report::write_json(file, &rows, options.short)?;
    }
    if let Some(file) = &options.chart {
        chart::write(file, &rows)?;
    }
    Ok(if is_passed {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}
