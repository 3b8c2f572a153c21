//! `hallpass completions` and `man` on the command line.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

#[derive(Debug, Args)]
pub(crate) struct CompletionsOptions {
    /// Shell to complete in
    #[arg(value_enum)]
    pub(crate) shell: Shell,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Shell {
    Bash,
    Zsh,
    Fish,
}

#[derive(Debug, Args)]
pub(crate) struct ManOptions {
    /// Directory for the pages; created if it is missing
    #[arg(long, value_name = "DIR")]
    pub(crate) dir: PathBuf,
}
