//! The command `hallpass`.

use std::process::ExitCode;

use clap::Parser as _;
use hallpass_ops::Cli;

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    hallpass_ops::run(Cli::parse()).await
}
