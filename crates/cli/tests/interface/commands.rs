//! The command line as clap defines it.

use clap::{Command, CommandFactory as _};
use hallpass_cli::Cli;

/// The root command with all subcommands.
pub(crate) fn root() -> Command {
    let mut root = Cli::command().disable_help_subcommand(true);
    root.build();
    root
}

/// All subcommands of a command, in the order of `--help`.
pub(crate) fn descendants(command: &Command) -> Vec<&Command> {
    let mut all = Vec::new();
    for subcommand in command.get_subcommands() {
        all.push(subcommand);
        all.extend(descendants(subcommand));
    }
    all
}

/// Full name of a command, such as `hallpass users create`.
pub(crate) fn name(command: &Command) -> &str {
    command.get_bin_name().unwrap()
}

/// The examples in the help text of a command, one command each.
pub(crate) fn examples(command: &Command) -> Vec<String> {
    let text = command.get_after_long_help().map(ToString::to_string);
    let Some(text) = text else {
        return Vec::new();
    };
    let lines = text.strip_prefix("Examples:\n").unwrap();
    let lines: Vec<_> = lines
        .lines()
        .map(|line| line.strip_prefix("  ").unwrap())
        .collect();
    let mut examples: Vec<String> = Vec::new();
    for line in lines {
        match examples.last_mut() {
            Some(last) if last.ends_with('\\') => {
                last.push('\n');
                last.push_str(line);
            }
            _ => examples.push(line.to_owned()),
        }
    }
    examples
}
