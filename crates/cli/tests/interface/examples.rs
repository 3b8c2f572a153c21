//! Every command has an example, and every example is a valid command line.

use std::process::Command as Process;

use clap::CommandFactory as _;
use hallpass_cli::Cli;

use crate::commands::{descendants, examples, name, root};

/// The words of `hallpass …` in an example, as a shell splits them, without variables, redirections and pipes.
fn words(example: &str) -> Vec<String> {
    let command = example.split(" > ~").next().unwrap();
    let command = command.trim_end_matches(['\\', '\n', ' ']);
    let script = format!(
        "hallpass() {{ printf '%s\\n' hallpass \"$@\" >&2; }}; vercel() {{ :; }}; jq() {{ :; }}; {}",
        command.replace("< password.txt", "< /dev/null")
    );
    let output = Process::new("bash").args(["-c", &script]).output().unwrap();
    let said = String::from_utf8(output.stderr).unwrap();
    said.lines().map(str::to_owned).collect()
}

#[test]
fn every_example_is_accepted() {
    let root = root();
    for command in descendants(&root) {
        for example in examples(command) {
            let words = words(&example);
            assert!(words.len() > 1, "{example}: {words:?}");
            let parsed = Cli::command().try_get_matches_from(&words);
            assert!(parsed.is_ok(), "{example}: {}", parsed.unwrap_err());
            let path = name(command).split(' ').skip(1);
            let is_of_command = path
                .clone()
                .all(|part| words.iter().any(|word| word == part));
            assert!(is_of_command, "{} shows {example}", name(command));
        }
    }
}

#[test]
fn every_command_has_an_example_that_fits_a_terminal() {
    let root = root();
    for command in descendants(&root) {
        // `hallpass drill` runs another program, which has its own help.
        if command.has_subcommands() || name(command) == "hallpass drill" {
            continue;
        }
        let examples = examples(command);
        assert!(!examples.is_empty(), "{}", name(command));
        for line in examples.iter().flat_map(|example| example.lines()) {
            assert!(line.chars().count() <= 78, "{line}");
        }
    }
}
