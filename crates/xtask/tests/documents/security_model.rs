//! Every test that docs/concepts/SECURITY-MODEL.md cites exists.

use super::repository::Repository;
use super::{expect_none, in_backticks, paragraphs, text};

/// Citations in "Shown by" paragraphs that do not exist.
fn not_shown(page: &str, repository: &Repository) -> Vec<String> {
    paragraphs(page)
        .iter()
        .filter(|paragraph| paragraph.starts_with("Shown by "))
        .flat_map(|paragraph| in_backticks(paragraph))
        .filter(|name| !repository.has(name))
        .map(|name| format!("there is no {name}"))
        .collect()
}

#[test]
fn every_test_that_is_named_exists() {
    let page = text("docs/concepts/SECURITY-MODEL.md");
    let repository = Repository::read();
    expect_none(&not_shown(&page, &repository));
    let shown = page.matches("\nShown by ").count();
    assert!(shown > 15, "{shown}");
    let wrong = "Words `here`.\n\nShown by `two_variables_are_enough`,\n`no_such_test`.\n";
    assert_eq!(not_shown(wrong, &repository), ["there is no no_such_test"]);
}
