//! The names that documents may cite: tests of all kinds, steps of `cargo ci`, and jobs of the workflows.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use super::{root, text};

/// Citations as they are written in documents. A name without prefix is a Rust test; other citations have a prefix.
pub(crate) struct Repository(BTreeSet<String>);

impl Repository {
    pub(crate) fn read() -> Self {
        let mut known = BTreeSet::new();
        for source in sources("crates", "rs") {
            known.extend(rust_tests(&source));
        }
        for (kind, directory, ending, call) in [
            ("web", "web", ".test.ts", "it"),
            ("e2e", "web/e2e", "mjs", "check"),
            ("deploy", "deploy", ".test.mjs", "test"),
        ] {
            for source in sources(directory, ending) {
                known.extend(titles(&source, call).map(|title| format!("{kind}: {title}")));
            }
        }
        let steps = text("crates/xtask/src/ci/steps/mod.rs");
        known.extend(steps.lines().filter_map(|line| {
            let name = line.trim().strip_prefix("name: \"")?.strip_suffix("\",")?;
            Some(format!("cargo ci: {name}"))
        }));
        for workflow in sources(".github/workflows", "yml") {
            known.extend(jobs(&workflow).map(|job| format!("workflow: {job}")));
        }
        Self(known)
    }

    pub(crate) fn has(&self, citation: &str) -> bool {
        self.0.contains(citation)
    }
}

/// Contents of all files with this extension in a directory and its subdirectories.
pub(crate) fn sources(directory: &str, ending: &str) -> Vec<String> {
    let paths = files(directory, ending).into_iter();
    paths.map(|path| text(&path)).collect()
}

/// Paths of all files with this extension in a directory and its subdirectories, relative to the root of the
/// repository.
pub(crate) fn files(directory: &str, ending: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut waiting = vec![root().join(directory)];
    while let Some(next) = waiting.pop() {
        for entry in fs::read_dir(&next).unwrap() {
            let path: PathBuf = entry.unwrap().path();
            if path.is_dir() {
                if path.file_name() != Some("node_modules".as_ref()) {
                    waiting.push(path);
                }
            } else if has_ending(&path, ending) {
                let path = path.strip_prefix(root()).unwrap();
                found.push(path.to_string_lossy().into_owned());
            }
        }
    }
    found
}

fn has_ending(path: &Path, ending: &str) -> bool {
    path.to_string_lossy().ends_with(ending)
}

/// Names of functions with `#[test]` or `#[tokio::test]` that are not ignored.
fn rust_tests(source: &str) -> Vec<String> {
    let mut found = Vec::new();
    let (mut is_test, mut is_ignored) = (false, false);
    for line in source.lines().map(str::trim) {
        if line.starts_with("#[test]") || line.starts_with("#[tokio::test") {
            is_test = true;
        } else if line.starts_with("#[ignore") {
            is_ignored = true;
        } else if let Some(name) = function_name(line) {
            if is_test && !is_ignored {
                found.push(name.to_owned());
            }
            (is_test, is_ignored) = (false, false);
        }
    }
    found
}

fn function_name(line: &str) -> Option<&str> {
    let line = line.strip_prefix("async ").unwrap_or(line);
    line.strip_prefix("fn ")?.split(['(', '<']).next()
}

/// The titles in `call('title', …)` and `call.each(…)('title', …)`.
fn titles<'a>(source: &'a str, call: &'a str) -> impl Iterator<Item = String> + 'a {
    source.match_indices(call).filter_map(move |(at, _)| {
        let is_name = |c: char| c.is_alphanumeric() || c == '_';
        if source[..at].ends_with(is_name) {
            return None;
        }
        let rest = &source[at + call.len()..];
        let from = match rest.strip_prefix('(') {
            Some(from) => from,
            None => rest.strip_prefix(".each(")?.split_once(")(")?.1,
        };
        let from = from.trim_start();
        let quote = from.chars().next().filter(|c| "'\"`".contains(*c))?;
        from[1..].split(quote).next().map(str::to_owned)
    })
}

/// Keys that are indented by two spaces. In a workflow, these are jobs (and triggers, which no document cites).
fn jobs(workflow: &str) -> impl Iterator<Item = &str> {
    workflow.lines().filter_map(|line| {
        let key = line.strip_prefix("  ")?.strip_suffix(':')?;
        (!key.starts_with(' ')).then_some(key)
    })
}

#[test]
fn tests_are_found_and_nothing_else() {
    let source = "#[test]\nfn a() {}\nfn b() {}\n#[tokio::test(start_paused = true)]\n#[expect(x)]\n\
        async fn c() {}\n#[test]\n#[ignore]\nfn d() {}\n#[test]\nfn e(x in 0..9) {}";
    assert_eq!(rust_tests(source), ["a", "c", "e"]);
    let source = "it('one', async () => {\n  it.each(['x', 'y'])('two: %s', (x) => {\n exit('no')\n\
        await stage.check(\n  \"it's\", f)\nbox.check({ force: true })";
    assert_eq!(titles(source, "it").collect::<Vec<_>>(), ["one", "two: %s"]);
    assert_eq!(titles(source, "check").collect::<Vec<_>>(), ["it's"]);
    let workflow = "on:\n  push:\njobs:\n  all:\n    name: x\n    steps:";
    assert_eq!(jobs(workflow).collect::<Vec<_>>(), ["push", "all"]);
    let repository = Repository::read();
    for known in [
        "tests_are_found_and_nothing_else",
        "two_variables_are_enough",
        "t03_theft_is_detected_when_the_thief_refreshes_seconds_after_the_victim",
        "cargo ci: vercel",
        "workflow: advisories",
        "deploy: migrating can be told not to happen",
        "e2e: signing out reaches the other tabs",
        "web: is not repeated a second time",
    ] {
        assert!(repository.has(known), "{known}");
    }
    assert!(!repository.has("rust_tests"));
}
