//! `hallpass completions`: prints the script with which a shell completes commands and options.

use clap::CommandFactory as _;
use clap_complete::aot;
use serde_json::json;

use crate::cli::{Cli, Shell};
use crate::failure::{Exit, Failure};
use crate::output::Output;

pub(crate) fn run(output: Output, shell: Shell) -> Result<Exit, Failure> {
    let (name, generator) = match shell {
        Shell::Bash => ("bash", aot::Shell::Bash),
        Shell::Zsh => ("zsh", aot::Shell::Zsh),
        Shell::Fish => ("fish", aot::Shell::Fish),
    };
    let mut script = Vec::new();
    aot::generate(generator, &mut Cli::command(), "hallpass", &mut script);
    let json = json!({"shell": name, "script": String::from_utf8_lossy(&script)});
    output.answer(&json, |out| out.write_all(&script))?;
    Ok(Exit::Done)
}
