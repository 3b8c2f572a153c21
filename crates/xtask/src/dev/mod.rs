//! `cargo dev`: starts everything from a fresh checkout with one command.

mod administrator;
pub(crate) mod build;
mod console;
mod data;
mod database;
mod demo;
pub(crate) mod dotenv;
mod operator;
mod options;
mod people;
mod progress;
pub(crate) mod project;
mod requests;
mod start;

use std::ffi::OsString;
use std::io::Write as _;
use std::process::ExitCode;

use clap::Parser as _;
use hallpass_platform::{Error, finish_guard};
use tokio::signal::unix::{Signal, SignalKind, signal};

use options::Options;
use start::Running;

/// Exit code if `cargo dev` is interrupted before it is ready; the one that shells use for SIGINT.
const INTERRUPTED: u8 = 130;

/// Runs the command: parses the options, starts everything, and waits for Ctrl-C or SIGTERM.
pub(crate) fn main(arguments: impl Iterator<Item = OsString>) -> ExitCode {
    let options = Options::parse_from(arguments);
    let outcome = start::agree(&options).and_then(|()| {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .enable_all()
            .build()
            .map_err(Error::system("starting"))?;
        runtime.block_on(run(options))
    });
    finish_guard();
    match outcome {
        Ok(code) => code,
        Err(error) => {
            progress::trouble(&error.to_string());
            ExitCode::FAILURE
        }
    }
}

async fn run(options: Options) -> Result<ExitCode, Error> {
    let mut ends = Ends::listen()?;
    // If the future is dropped, everything that it has started is ended.
    let running = tokio::select! {
        running = start::start(&options) => running?,
        () = ends.next() => {
            progress::line("stopped before it was ready");
            return Ok(ExitCode::from(INTERRUPTED));
        }
    };
    ready(&running)?;
    ends.next().await;
    progress::line("stopping");
    running.stop().await?;
    Ok(ExitCode::SUCCESS)
}

fn ready(running: &Running) -> Result<(), Error> {
    let mut stdout = std::io::stdout();
    writeln!(stdout, "ready {}", running.url())
        .and_then(|()| stdout.flush())
        .map_err(Error::system("writing to standard output"))
}

/// The signals that end `cargo dev`.
struct Ends {
    interrupt: Signal,
    terminate: Signal,
    hangup: Signal,
}

impl Ends {
    fn listen() -> Result<Self, Error> {
        let listen = |kind| signal(kind).map_err(Error::system("listening for signals"));
        Ok(Self {
            interrupt: listen(SignalKind::interrupt())?,
            terminate: listen(SignalKind::terminate())?,
            hangup: listen(SignalKind::hangup())?,
        })
    }

    async fn next(&mut self) {
        tokio::select! {
            _ = self.interrupt.recv() => {}
            _ = self.terminate.recv() => {}
            _ = self.hangup.recv() => {}
        }
    }
}
