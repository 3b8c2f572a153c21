//! The dependencies between crates are those in the table of docs/concepts/ARCHITECTURE.md, and have no cycle.

use std::collections::BTreeSet;

use super::{Graph, cycle};
use crate::{expect_none, in_backticks, root, text};

/// Names of the dependencies in a section of a manifest.
fn dependencies(manifest: &str, section: &str) -> BTreeSet<String> {
    let rest = manifest.split(&format!("\n[{section}]\n")).nth(1);
    let lines = rest.unwrap_or_default().lines();
    lines
        .take_while(|line| !line.starts_with('['))
        .filter_map(|line| line.split(['.', ' ', '=']).next())
        .map(str::to_owned)
        .collect()
}

/// All packages of the workspace, with those that they depend on in this section of the manifest.
fn from_manifests(section: &str) -> Graph {
    let folders = std::fs::read_dir(root().join("crates")).unwrap();
    let files = folders.map(|folder| folder.unwrap().path().join("Cargo.toml"));
    let manifests = files.map(|file| std::fs::read_to_string(file).unwrap());
    manifests
        .chain([text("Cargo.toml")])
        .map(|manifest| {
            let package = manifest.split("[package]\nname = \"").nth(1).unwrap();
            let name = package.split('"').next().unwrap();
            let mut used = dependencies(&manifest, section);
            used.retain(|name| name.starts_with("hallpass-"));
            (name.to_owned(), used)
        })
        .collect()
}

/// The table `| crate | holds | uses |` of the page.
fn from_page() -> Graph {
    let page = text("docs/concepts/ARCHITECTURE.md");
    let table = page.split("| crate | holds | uses |\n").nth(1).unwrap();
    let rows = table
        .lines()
        .skip(1)
        .take_while(|line| line.starts_with('|'));
    rows.map(|row| {
        let cells: Vec<_> = row.trim_matches('|').split('|').collect();
        let name = in_backticks(cells[0]).next().unwrap();
        let used = in_backticks(cells[2]).map(str::to_owned);
        (name.to_owned(), used.collect())
    })
    .collect()
}

#[test]
fn the_crates_depend_on_one_another_as_the_table_says() {
    assert_eq!(from_page(), from_manifests("dependencies"));
}

#[test]
fn dependencies_between_crates_have_no_cycle() {
    let mut all = from_manifests("dependencies");
    for (name, names) in from_manifests("dev-dependencies") {
        all.entry(name).or_default().extend(names);
    }
    expect_none(&cycle(&all).into_iter().collect::<Vec<_>>());
}

#[test]
fn core_does_not_use_http_and_http_does_not_use_sql() {
    let of = |path: &str| dependencies(&text(path), "dependencies");
    let core = of("crates/core/Cargo.toml");
    for http in [
        "axum",
        "http",
        "http-body",
        "hyper",
        "tower",
        "vercel_runtime",
    ] {
        assert!(!core.contains(http), "core uses {http}");
    }
    assert!(core.contains("sqlx"));
    assert!(!of("crates/http/Cargo.toml").contains("sqlx"));
}
