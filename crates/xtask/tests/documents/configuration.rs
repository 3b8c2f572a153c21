//! docs/reference/CONFIGURATION.md lists exactly the variables that the programs read.

use std::collections::BTreeSet;

use super::{expect_none, in_backticks, repository::sources, text};

/// Prefixes of our variables. The page explains those of libpq and of terminals in its text.
const PREFIXES: [&str; 6] = [
    "HALLPASS_",
    "DATABASE_",
    "POSTGRES_",
    "OTEL_",
    "CRON_",
    "VERCEL",
];
/// Variables that only the local platform sets or removes, like the runtime of Vercel.
const OF_THE_RUNTIME: [&str; 8] = [
    "HALLPASS_PREVIEW_URL",
    "POSTGRES_PRISMA_URL",
    "VERCEL_BUILD_IMAGE",
    "VERCEL_DEPLOYMENT_ID",
    "VERCEL_DEV_PORT",
    "VERCEL_IPC_PATH",
    "VERCEL_TARGET_ENV",
    "VERCEL_TELEMETRY_DISABLED",
];

fn is_variable(text: &str) -> bool {
    let is_prefixed = PREFIXES.iter().any(|prefix| text.starts_with(prefix));
    let is_name = |c: char| c.is_ascii_uppercase() || c == '_';
    is_prefixed && text.chars().all(is_name) && !text.ends_with('_')
}

/// Variables in string literals of a source file.
fn read_by(source: &str) -> impl Iterator<Item = &str> {
    source.split('"').skip(1).filter(|text| is_variable(text))
}

/// Variables in the first column of the table in the page.
fn listed(page: &str) -> BTreeSet<String> {
    page.lines()
        .filter_map(|line| line.strip_prefix("| ")?.split(" | ").next())
        .flat_map(in_backticks)
        .filter(|name| is_variable(name))
        .map(str::to_owned)
        .collect()
}

#[test]
fn every_variable_is_listed_and_no_other() {
    let page = text("docs/reference/CONFIGURATION.md");
    let listed = listed(&page);
    let sources = sources("crates", "rs");
    let read: BTreeSet<_> = sources
        .iter()
        .flat_map(|source| read_by(source))
        .filter(|name| !OF_THE_RUNTIME.contains(name))
        .map(str::to_owned)
        .collect();
    assert!(read.len() > 30, "{read:?}");
    let missing = read.difference(&listed);
    let unknown = listed.difference(&read);
    let problems: Vec<_> = missing
        .map(|name| format!("{name} is not listed"))
        .chain(unknown.map(|name| format!("{name} is read nowhere")))
        .collect();
    expect_none(&problems);
}
