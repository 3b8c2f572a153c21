//! `cargo ci`

use std::{io::Write as _, process::ExitCode};

#[tokio::main]
async fn main() -> ExitCode {
    let outcome = hallpass_local::ci::main().await;
    hallpass_local::finish_guard();
    match outcome {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            let _reader_gone = writeln!(std::io::stderr(), "cargo ci: {error}");
            ExitCode::FAILURE
        }
    }
}
