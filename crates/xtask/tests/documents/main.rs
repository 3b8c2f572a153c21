//! The documents that make claims: every test, step, section and number that they name exists.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

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

/// A file of the repository, as text.
fn text(path: &str) -> String {
    let file = root().join(path);
    std::fs::read_to_string(&file).unwrap_or_else(|error| panic!("{}: {error}", file.display()))
}

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// What stands between backticks.
fn in_backticks(text: &str) -> impl Iterator<Item = &str> {
    text.split('`').skip(1).step_by(2)
}

/// Paragraphs, each on one line.
fn paragraphs(page: &str) -> Vec<String> {
    page.split("\n\n")
        .map(|paragraph| paragraph.trim().replace('\n', " "))
        .collect()
}

/// Fails with all that is wrong at once.
#[track_caller]
fn expect_none(problems: &[String]) {
    assert!(problems.is_empty(), "\n{}", problems.join("\n"));
}
