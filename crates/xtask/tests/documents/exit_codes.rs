//! docs/reference/OPERATOR.md lists every error code of the commands with its exit code.

use std::collections::BTreeSet;

use super::repository::sources;
use super::{expect_none, in_backticks, text};

/// The names of exit codes and the error codes in calls such as `Failure::new(Exit::Conflict, "stale", …)`.
fn raised(source: &str) -> impl Iterator<Item = (String, String)> {
    source.split("Exit::").skip(1).filter_map(|rest| {
        let (exit, rest) = rest.split_once(',')?;
        let code = rest.trim_start().strip_prefix('"')?.split('"').next()?;
        let is_name = exit.chars().all(char::is_alphanumeric);
        let is_code = code.chars().all(|c| c.is_ascii_lowercase() || c == '_');
        (is_name && is_code).then(|| (exit.to_owned(), code.to_owned()))
    })
}

#[test]
fn every_error_code_is_listed_with_its_exit_code() {
    let page = text("docs/reference/OPERATOR.md");
    let rows = page.split("## Exit codes").nth(1).unwrap();
    let failure = text("crates/cli/src/failure.rs");
    let raised: BTreeSet<_> = sources("crates/cli/src", "rs")
        .iter()
        .flat_map(|source| raised(source).collect::<Vec<_>>())
        .collect();
    assert!(raised.len() > 20, "{raised:?}");
    let is_listed = |(exit, code): &(String, String)| {
        let number = failure.split(&format!("    {exit} = ")).nth(1)?;
        let row = format!("\n| {} |", number.split(',').next()?);
        let row = rows.split(&row).nth(1)?.lines().next()?;
        in_backticks(row).any(|listed| listed == code).then_some(())
    };
    let missing: Vec<_> = raised
        .iter()
        .filter(|one| is_listed(one).is_none())
        .map(|(exit, code)| {
            format!("docs/reference/OPERATOR.md: `{code}` is missing beside {exit}")
        })
        .collect();
    expect_none(&missing);
}
