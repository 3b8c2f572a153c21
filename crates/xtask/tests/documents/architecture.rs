//! docs/concepts/ARCHITECTURE.md: the picture of the layers is what the crates are.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
};

use super::{expect_none, repository::sources, root, text};

const PAGE: &str = "docs/concepts/ARCHITECTURE.md";

/// Modules of `crates/core` with the number of their line in the picture, counted from the top.
fn drawn(page: &str) -> BTreeMap<String, usize> {
    let picture = page.split("```").nth(1).unwrap_or_default();
    let (_, core) = picture.split_once("crates/core").unwrap();
    let lines = core.lines().take_while(|line| !line.contains('▼'));
    lines
        .enumerate()
        .flat_map(|(index, line)| {
            line.split('·')
                .map(move |name| (name.trim().to_owned(), index))
        })
        .collect()
}

/// Modules that a source names as `crate::module`, alone or in a list.
fn used(source: &str) -> BTreeSet<String> {
    let is_code = |line: &&str| !line.trim_start().starts_with("//");
    let code: Vec<_> = source.lines().filter(is_code).collect();
    let mut found = BTreeSet::new();
    for rest in code.join(" ").split("crate::").skip(1) {
        let statement = rest.split(';').next().unwrap_or_default();
        let length = if rest.starts_with('{') { usize::MAX } else { 1 };
        let names = statement
            .trim_start_matches('{')
            .split(|c: char| !c.is_ascii_lowercase() && c != '_');
        found.extend(names.take(length).map(str::to_owned));
    }
    found
}

/// Uses of a module that is not drawn below the one that uses it.
fn upward(layers: &BTreeMap<String, usize>, module: &str, source: &str) -> Vec<String> {
    used(source)
        .into_iter()
        .filter(|name| name != module)
        .filter(|name| layers.get(name).is_some_and(|at| *at <= layers[module]))
        .map(|name| format!("core: {module} uses {name}, which is not drawn below it"))
        .collect()
}

#[test]
fn a_module_of_core_uses_only_modules_that_are_drawn_below_it() {
    let layers = drawn(&text(PAGE));
    let entries = fs::read_dir(root().join("crates/core/src")).unwrap();
    let modules: BTreeSet<_> = entries
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .map(|name| name.trim_end_matches(".rs").to_owned())
        .filter(|name| name != "lib")
        .collect();
    assert_eq!(layers.keys().cloned().collect::<BTreeSet<_>>(), modules);
    let mut problems = Vec::new();
    for module in &modules {
        let path = format!("crates/core/src/{module}");
        let sources = if root().join(&path).is_dir() {
            sources(&path, "rs")
        } else {
            vec![text(&format!("{path}.rs"))]
        };
        let of_source = |source: &String| upward(&layers, module, source);
        problems.extend(sources.iter().flat_map(of_source));
    }
    expect_none(&problems);
    let source = "// crate::users\nuse crate::keys::Key;\nuse crate::{\n    Error,\n    sessions::{self},\n};\n";
    assert_eq!(upward(&layers, "tokens", source).len(), 1, "sessions");
}

/// The names in `[dependencies]` of a manifest.
fn dependencies(path: &str) -> BTreeSet<String> {
    let manifest = text(path);
    let (_, section) = manifest.split_once("\n[dependencies]\n").unwrap();
    section
        .lines()
        .take_while(|line| !line.starts_with('['))
        .filter_map(|line| line.split(['.', ' ', '=']).next())
        .map(str::to_owned)
        .collect()
}

#[test]
fn each_crate_uses_the_crates_that_the_table_names() {
    let page = text(PAGE);
    let manifests = [
        ("hallpass-core", "crates/core/Cargo.toml"),
        ("hallpass-http", "crates/http/Cargo.toml"),
        ("hallpass", "Cargo.toml"),
        ("hallpass-cli", "crates/cli/Cargo.toml"),
        ("hallpass-platform", "crates/platform/Cargo.toml"),
        ("xtask", "crates/xtask/Cargo.toml"),
    ];
    for (name, manifest) in manifests {
        let row = page
            .lines()
            .find(|line| line.starts_with(&format!("| `{name}`")))
            .unwrap_or_else(|| panic!("{name} has no row"));
        let uses = row.trim_end_matches([' ', '|']).rsplit('|').next();
        let named: BTreeSet<_> = super::in_backticks(uses.unwrap())
            .map(str::to_owned)
            .collect();
        let ours: BTreeSet<_> = dependencies(manifest)
            .into_iter()
            .filter(|name| name.starts_with("hallpass-"))
            .collect();
        assert_eq!(ours, named, "{name}");
    }
}

#[test]
fn core_knows_no_http_and_http_no_sql() {
    let of_core = dependencies("crates/core/Cargo.toml");
    for http in [
        "axum",
        "http",
        "http-body",
        "hyper",
        "tower",
        "vercel_runtime",
    ] {
        assert!(!of_core.contains(http), "core uses {http}");
    }
    assert!(of_core.contains("sqlx"));
    assert!(!dependencies("crates/http/Cargo.toml").contains("sqlx"));
}
