//! docs/compliance/ATTACK-TESTS.md lists exactly the numbered tests in the code.

use std::collections::{BTreeMap, BTreeSet};

use super::repository::files;
use super::{expect_none, in_backticks, text};

type Files = BTreeMap<String, BTreeSet<String>>;

/// Numbers and files in the rows of the table.
fn listed(page: &str) -> Files {
    let rows = page.lines().filter_map(|line| {
        let (number, rest) = line.strip_prefix("| T")?.split_once(" | ")?;
        let files = rest.rsplit_once(" | ")?.1;
        let files = in_backticks(files).map(str::to_owned).collect();
        Some((number.to_owned(), files))
    });
    rows.collect()
}

/// The number of a test such as `t03_…`, from the line that declares the function.
fn number(line: &str) -> Option<String> {
    let name = line.split("fn t").nth(1)?;
    let (number, _) = name.split_at_checked(2)?;
    let is_number = number.bytes().all(|byte| byte.is_ascii_digit()) && name[2..].starts_with('_');
    is_number.then(|| number.to_owned())
}

fn differences(listed: &Files, found: &Files) -> Vec<String> {
    let missing = |from: &Files, other: &Files, what: &str| -> Vec<String> {
        let pairs = from
            .iter()
            .flat_map(|(number, files)| files.iter().map(move |file| (number, file)));
        pairs
            .filter(|(number, file)| {
                !other
                    .get(*number)
                    .is_some_and(|files| files.contains(*file))
            })
            .map(|(number, file)| format!("T{number}: {file} {what}"))
            .collect()
    };
    let mut all = missing(found, listed, "is not in the table");
    all.extend(missing(listed, found, "has no test with this number"));
    all
}

#[test]
fn the_table_lists_every_numbered_test_and_no_other() {
    let mut found = Files::new();
    // The tests of the documents are left out, because they contain names of tests as text.
    let files = files("crates", ".rs").into_iter();
    for file in files.filter(|file| !file.contains("/documents/")) {
        for number in text(&file).lines().filter_map(number) {
            found.entry(number).or_default().insert(file.clone());
        }
    }
    let listed = listed(&text("docs/compliance/ATTACK-TESTS.md"));
    assert!(listed.len() > 30, "{listed:?}");
    expect_none(&differences(&listed, &found));
    // Checks that both directions report differences.
    let nothing = Files::new();
    assert!(!differences(&listed, &nothing).is_empty());
    assert!(!differences(&nothing, &found).is_empty());
}
