//! `cargo ci`: all checks that must pass before a change is merged, in one command on any machine.
//!
//! The same steps run on a developer's machine and in CI. A step that needs a tool installs it if it may (as root, with
//! apt-get); otherwise it says what is missing.

mod context;
mod machine;
mod options;
mod pooler;
mod programs;
mod python;
mod report;
mod stack;
mod steps;

use std::ffi::OsString;
use std::io::Write as _;
use std::process::ExitCode;
use std::time::Instant;

use clap::Parser as _;
use hallpass_platform::{Error, finish_guard};
use tokio::signal::unix::{SignalKind, signal};

use context::Context;
use options::Options;
use report::{Outcome, Report};
use steps::Step;

/// Parses the command line and runs the steps. The exit code says whether all of them passed.
pub(crate) fn main(arguments: impl Iterator<Item = OsString>) -> ExitCode {
    let options = Options::parse_from(arguments);
    let outcome = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(Error::system("starting"))
        .and_then(|runtime| runtime.block_on(unless_interrupted(&options)));
    finish_guard();
    match outcome {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            let _reader_gone = writeln!(std::io::stderr(), "cargo ci: {error}");
            ExitCode::FAILURE
        }
    }
}

async fn unless_interrupted(options: &Options) -> Result<bool, Error> {
    let mut interrupt = signal(SignalKind::interrupt()).map_err(Error::system("SIGINT"))?;
    let mut terminate = signal(SignalKind::terminate()).map_err(Error::system("SIGTERM"))?;
    // If the future is dropped, everything that it has started is ended.
    tokio::select! {
        passed = run(options) => passed,
        _ = interrupt.recv() => Err(Error::Message("interrupted".to_owned())),
        _ = terminate.recv() => Err(Error::Message("terminated".to_owned())),
    }
}

fn all() -> impl Iterator<Item = &'static Step> {
    steps::ALL.iter().chain(steps::ON_DEMAND)
}

async fn run(options: &Options) -> Result<bool, Error> {
    let mut report = Report::default();
    if options.list {
        for step in all() {
            report::say(&format!("{:<13}{}", step.name, step.about));
        }
        return Ok(true);
    }
    let in_ci = std::env::var_os("CI").is_some_and(|value| value == "true");
    let names = |steps: &[Step]| steps.iter().map(|step| step.name).collect::<Vec<_>>();
    let chosen = options.choose(&names(steps::ALL), &names(steps::ON_DEMAND), in_ci)?;
    let mut context = Context::new(options.fix, options.postgres)?;
    for step in all().filter(|step| chosen.contains(&step.name)) {
        report::header(step.name, step.about);
        let started = Instant::now();
        let outcome = match (step.run)(&mut context).await {
            Ok(()) => Outcome::Passed,
            Err(error) => Outcome::Failed(error.to_string()),
        };
        let failed = matches!(outcome, Outcome::Failed(_));
        report::say(&report.finished(step.name, started.elapsed(), outcome));
        if failed && !options.keep_going {
            break;
        }
    }
    let started = Instant::now();
    if let Err(error) = context.finish().await {
        let failed = Outcome::Failed(error.to_string());
        report::say(&report.finished("clean up", started.elapsed(), failed));
    }
    report.close();
    Ok(report.all_passed())
}
