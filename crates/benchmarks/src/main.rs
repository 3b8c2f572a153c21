//! `cargo benchmarks`: measurements of the release executables on a real PostgreSQL.

mod load;
mod scale;

use std::error::Error;
use std::io::Write as _;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// Measure the product with many users, or under many requests
///
/// Exit codes: 0 measured, and every expectation is met; 1 otherwise.
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
}

#[tokio::main]
async fn main() -> ExitCode {
    let outcome: Result<(), Box<dyn Error>> = match Options::parse().suite {
        Suite::Scale(options) => scale::run(options).await,
        Suite::Load(options) => load::run(options).await,
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            let _reader_gone = writeln!(std::io::stderr(), "error: {error}");
            ExitCode::FAILURE
        }
    }
}
