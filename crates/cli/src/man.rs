//! `hallpass man`: writes a man page for each command.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use clap::{Command, CommandFactory as _};
use clap_mangen::Man;
use serde_json::json;

use crate::cli::Cli;
use crate::failure::{Exit, Failure};
use crate::output::Output;

pub(crate) fn run(output: Output, directory: &Path) -> Result<Exit, Failure> {
    let mut command = Cli::command().disable_help_subcommand(true);
    command.build();
    let mut files = Vec::new();
    let written =
        fs::create_dir_all(directory).and_then(|()| write(&command, directory, &mut files));
    written.map_err(|error| {
        let detail = format!("cannot write man pages to {}", directory.display());
        Failure::new(Exit::Failed, "not_written", detail)
            .because(error)
            .next("choose a writable directory with `--dir DIR`")
    })?;
    output.answer(&json!({"files": files}), |out| {
        let directory = directory.display();
        writeln!(out, "Wrote {} man pages to {directory}", files.len())
    })?;
    Ok(Exit::Done)
}

/// The file name for `hallpass users create` is `hallpass-users-create.1`.
fn write(command: &Command, directory: &Path, files: &mut Vec<PathBuf>) -> io::Result<()> {
    let version = concat!("hallpass ", env!("CARGO_PKG_VERSION"));
    let page = Man::new(command.clone()).source(version).manual("Hallpass");
    files.push(page.generate_to(directory)?);
    for subcommand in command.get_subcommands() {
        write(subcommand, directory, files)?;
    }
    Ok(())
}
