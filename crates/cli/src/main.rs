//! The executable `hallpass`.

use std::process::ExitCode;

use clap::Parser as _;
use hallpass_cli::Cli;

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    hallpass_cli::run(Cli::parse()).await
}
