//! Checks of statements in the documents: every test, step, section, path and number that they name exists.

#![expect(clippy::unwrap_used, reason = "a failed unwrap fails the test")]

mod asvs;
mod attack_tests;
mod configuration;
mod exit_codes;
mod layout;
mod links;
mod numbers;
mod paths;
mod repository;
mod security_model;
mod versions;
mod workflows;

use std::path::PathBuf;

/// Text of a file in the repository.
fn text(path: &str) -> String {
    let file = root().join(path);
    std::fs::read_to_string(&file).unwrap_or_else(|error| panic!("{}: {error}", file.display()))
}

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// The texts between backticks.
fn in_backticks(text: &str) -> impl Iterator<Item = &str> {
    text.split('`').skip(1).step_by(2)
}

/// The paragraphs of a page, each joined to one line.
fn paragraphs(page: &str) -> Vec<String> {
    page.split("\n\n")
        .map(|paragraph| paragraph.trim().replace('\n', " "))
        .collect()
}

/// Fails with a message that lists all problems.
#[track_caller]
fn expect_none(problems: &[String]) {
    assert!(problems.is_empty(), "\n{}", problems.join("\n"));
}
