//! `cargo benchmarks`: measurements of the release executables on a real PostgreSQL.

mod capacity;
mod chart;
mod load;
mod scale;

use std::io::Write as _;
use std::process::ExitCode;

use clap::{Parser, Subcommand};
use hallpass_platform::finish_guard;
use tokio::signal::unix::{SignalKind, signal};

/// An error is shown to the person who started the command; nothing handles it.
type Result<T> = std::result::Result<T, Box<dyn std::error::Error + Send + Sync>>;

/// Measure the product with many users, or under many requests
///
/// Exit codes: 0 measured, and every expectation is met; 1 otherwise; 130 interrupted.
#[derive(Debug, Parser)]
#[command(name = "cargo benchmarks", bin_name = "cargo benchmarks")]
struct Options {
    #[command(subcommand)]
    suite: Suite,
}

#[derive(Debug, Subcommand)]
enum Suite {
    /// Measure every operation with thousands to millions of users
    Scale(scale::Options),
    /// Measure requests per second, CPU time and memory, beside those of other systems
    Load(load::Options),
    /// Calculate what a number of users takes, from the figures of the other suites
    Capacity(capacity::Options),
}

/// The exit code that shells use for SIGINT.
const INTERRUPTED: u8 = 130;

#[tokio::main]
async fn main() -> ExitCode {
    let suite = async {
        match Options::parse().suite {
            Suite::Scale(options) => scale::run(options).await,
            Suite::Load(options) => load::run(options).await,
            Suite::Capacity(options) => capacity::run(&options),
        }
    };
    // If the suite is dropped, so are the servers and functions that it has started, and their temporary directories.
    let outcome = tokio::select! {
        outcome = suite => outcome.map(|()| ExitCode::SUCCESS),
        outcome = interruption() => outcome.map(|()| ExitCode::from(INTERRUPTED)),
    };
    finish_guard();
    outcome.unwrap_or_else(|error| {
        let _reader_gone = writeln!(std::io::stderr(), "error: {error}");
        ExitCode::FAILURE
    })
}

/// Waits for a signal that ends the program.
async fn interruption() -> Result<()> {
    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut terminate = signal(SignalKind::terminate())?;
    let mut hangup = signal(SignalKind::hangup())?;
    tokio::select! {
        _ = interrupt.recv() => {}
        _ = terminate.recv() => {}
        _ = hangup.recv() => {}
    }
    Ok(())
}
