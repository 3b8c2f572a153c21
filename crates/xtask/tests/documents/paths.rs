//! Every path in a code span of a document exists in the repository.

use std::collections::BTreeSet;

use super::links::pages;
use super::{expect_none, in_backticks, root, text};

/// Folders that a build creates.
const GENERATED: [&str; 5] = [
    ".vercel",
    "fuzz/artifacts",
    "target",
    "web/dist",
    "web/node_modules",
];

/// The folders in the root of the repository. A code span that begins with another word is not a path.
fn folders() -> BTreeSet<String> {
    let entries = std::fs::read_dir(root()).unwrap().map(Result::unwrap);
    let folders = entries.filter(|entry| entry.file_type().unwrap().is_dir());
    folders
        .map(|folder| folder.file_name().into_string().unwrap())
        .collect()
}

/// The page without its code blocks. The steps `readme` and `runbook` run the commands in them, including their paths.
fn prose(page: &str) -> String {
    let blocks = page.split("\n```").enumerate();
    blocks
        .filter(|(index, _)| index % 2 == 0)
        .map(|(_, text)| text)
        .collect()
}

/// Whether the path contains a placeholder or a wildcard: `VERSION`, `…`, `*`.
fn is_pattern(path: &str) -> bool {
    let is_placeholder =
        |part: &str| part.len() > 1 && part.chars().all(|c| c.is_ascii_uppercase());
    path.contains(['…', '*', '<', '{']) || path.split('/').any(is_placeholder)
}

fn missing(page: &str, folders: &BTreeSet<String>) -> Vec<String> {
    let prose = prose(page);
    let words = in_backticks(&prose).flat_map(str::split_whitespace);
    let paths = words
        .map(|word| word.trim_matches(['(', ')', ',', ':', ';', '"', '\'']))
        .filter(|word| {
            let first = word.split_once('/').map(|(first, _)| first);
            first.is_some_and(|first| folders.contains(first)) && !word.contains("://")
        })
        .map(|word| word.split('#').next().unwrap());
    let is_missing = |path: &&str| {
        let is_generated = GENERATED.iter().any(|folder| path.starts_with(folder));
        !is_pattern(path) && !is_generated && !root().join(path).exists()
    };
    paths.filter(is_missing).map(str::to_owned).collect()
}

#[test]
fn every_path_in_the_documents_exists() {
    let folders = folders();
    let mut problems = Vec::new();
    for name in pages() {
        let paths = missing(&text(&name), &folders);
        problems.extend(paths.iter().map(|path| format!("{name}: no {path}")));
    }
    expect_none(&problems);
}

#[test]
fn a_missing_path_is_reported() {
    let page = "`crates/core/src/lib.rs` `crates/core/src/gone.rs` (`migrations/none.sql`), `touch api/none.rs`\n\
        ```sh\ncat `api/example.rs`\n```\n`https://example.com/x` `crates/platform/postgres/VERSION/x` `other/x`";
    assert_eq!(
        missing(page, &folders()),
        [
            "crates/core/src/gone.rs",
            "migrations/none.sql",
            "api/none.rs"
        ]
    );
}
