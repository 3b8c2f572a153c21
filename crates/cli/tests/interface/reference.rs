//! docs/reference/OPERATOR.md is generated from the help text of each command and from crates/cli/reference/*.md, which
//! describe what is too long for the help text (output, JSON, behaviour).

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use clap::{Arg, ArgAction, Command};

use crate::commands::{examples, name, root};

const PAGE: &str = "docs/reference/OPERATOR.md";
/// Variable that makes the test rewrite the page instead of comparing it.
const UPDATE: &str = "UPDATE_OPERATOR";
const HEAD: &str = "\
<!-- Generated from the help in crates/cli/src/cli and the texts in crates/cli/reference. After a change there, run:
     UPDATE_OPERATOR=1 cargo test --test interface -->

# The operator's command
";

fn project() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// Text in crates/cli/reference for a command, if there is one.
fn text(name: &str) -> Option<String> {
    let file = project().join(format!("crates/cli/reference/{name}.md"));
    fs::read_to_string(file).ok()
}

fn page() -> String {
    let root = root();
    let mut page = format!("{HEAD}\n{}", text("introduction").unwrap());
    for command in root.get_subcommands() {
        section(&mut page, command, 2);
    }
    write!(page, "\n## Exit codes\n\n{}", text("exit-codes").unwrap()).unwrap();
    page
}

fn section(page: &mut String, command: &Command, level: usize) {
    let heading = "#".repeat(level);
    write!(
        page,
        "\n{heading} {}\n\n{}.\n",
        name(command),
        help(command.get_about())
    )
    .unwrap();
    if level == 2
        && let Some(text) = text(command.get_name())
    {
        write!(page, "\n{text}").unwrap();
    }
    if command.has_subcommands() {
        for subcommand in command.get_subcommands() {
            section(page, subcommand, level + 1);
        }
        return;
    }
    let examples = examples(command);
    if !examples.is_empty() {
        page.push_str("\n```console\n");
        for example in &examples {
            writeln!(page, "$ {}", example.replace('\n', "\n> ")).unwrap();
        }
        page.push_str("```\n");
    }
    let arguments: Vec<_> = command
        .get_arguments()
        .filter(|argument| !argument.is_global_set() && argument.get_id() != "help")
        .collect();
    if !arguments.is_empty() {
        page.push_str("\n| argument | meaning |\n|---|---|\n");
        for argument in arguments {
            writeln!(page, "| {} | {} |", spelling(argument), meaning(argument)).unwrap();
        }
    }
}

/// The argument as it is written in the table, such as `` `--role <ROLE>` ``.
fn spelling(argument: &Arg) -> String {
    let values: Vec<_> = argument
        .get_value_names()
        .unwrap_or_default()
        .iter()
        .map(|value| format!("<{value}>"))
        .collect();
    let takes_value = matches!(argument.get_action(), ArgAction::Set | ArgAction::Append);
    let mut spelling = match (argument.get_short(), argument.get_long()) {
        (Some(short), Some(long)) => format!("-{short}, --{long}"),
        (None, Some(long)) => format!("--{long}"),
        _ => String::new(),
    };
    if takes_value {
        if !spelling.is_empty() {
            spelling.push(' ');
        }
        spelling.push_str(&values.join(" "));
    }
    // A vertical bar would end the cell of the table.
    format!("`{}`", spelling.replace('|', "\\|"))
}

fn meaning(argument: &Arg) -> String {
    let mut meaning = help(argument.get_help());
    let possible = argument.get_possible_values();
    if argument.get_action().takes_values() && !possible.is_empty() {
        let possible: Vec<_> = possible
            .iter()
            .map(|value| format!("`{}`", value.get_name()))
            .collect();
        write!(meaning, ": {}", possible.join(", ")).unwrap();
    }
    let default: Vec<_> = argument
        .get_default_values()
        .iter()
        .map(|value| value.to_string_lossy())
        .collect();
    if argument.get_action().takes_values() && !default.is_empty() {
        write!(meaning, " (default: `{}`)", default.join(" ")).unwrap();
    }
    if argument.is_required_set() {
        meaning.push_str(" (required)");
    }
    meaning.replace('|', "\\|")
}

fn help(text: Option<&clap::builder::StyledStr>) -> String {
    text.unwrap().to_string()
}

#[test]
fn the_reference_is_generated_from_the_help() {
    let (file, page) = (project().join(PAGE), page());
    if std::env::var_os(UPDATE).is_some() {
        fs::write(&file, page).unwrap();
        return;
    }
    let kept = fs::read_to_string(&file).unwrap_or_default();
    assert!(
        kept == page,
        "{PAGE} is not what the help says. Run: {UPDATE}=1 cargo test --test interface"
    );
}

#[test]
fn every_text_belongs_to_a_command() {
    let root = root();
    let mut known: Vec<_> = root.get_subcommands().map(Command::get_name).collect();
    known.extend(["introduction", "exit-codes"]);
    let texts = fs::read_dir(project().join("crates/cli/reference")).unwrap();
    for entry in texts {
        let path = entry.unwrap().path();
        let name = path.file_stem().unwrap().to_str().unwrap();
        assert!(
            known.contains(&name),
            "{}: there is no such command",
            path.display()
        );
    }
}
