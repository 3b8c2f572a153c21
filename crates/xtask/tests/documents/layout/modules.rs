//! The dependencies between the top-level modules of each crate have no cycle.
//!
//! The test searches the sources for `crate::NAME`, which is how modules refer to each other. Items that the crate root
//! defines belong to no module. Tests in the same file are left out.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use super::{Graph, cycle};
use crate::{expect_none, root};

fn is_identifier(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

/// The identifier at the start of a text.
fn identifier(text: &str) -> &str {
    let end = text.find(|c| !is_identifier(c)).unwrap_or(text.len());
    &text[..end]
}

/// The source without comments, and without the tests at its end.
pub(super) fn code(source: &str) -> String {
    let source = source.split("\n#[cfg(test)]\nmod tests {").next();
    let lines = source.unwrap_or_default().lines();
    let code = lines.map(|line| line.split("//").next().unwrap_or_default());
    code.collect::<Vec<_>>().join("\n")
}

/// Names after `crate::`, including each name in braces: `a` and `b` of `crate::{a::X, b}`.
pub(super) fn names_at_root(code: &str) -> Vec<&str> {
    let mut names = Vec::new();
    for (at, prefix) in code.match_indices("crate::") {
        if code[..at].ends_with(is_identifier) {
            continue;
        }
        let rest = &code[at + prefix.len()..];
        let Some(list) = rest.strip_prefix('{') else {
            names.push(identifier(rest));
            continue;
        };
        let (mut depth, mut is_first) = (1, true);
        for (position, c) in list.char_indices() {
            match c {
                '{' => depth += 1,
                '}' => depth -= 1,
                ',' if depth == 1 => is_first = true,
                _ if is_identifier(c) && is_first => {
                    names.push(identifier(&list[position..]));
                    is_first = false;
                }
                _ => {}
            }
            if depth == 0 {
                break;
            }
        }
    }
    names
}

/// The text after a keyword, in each statement of the root that contains the keyword.
fn after<'r>(root: &'r str, keyword: &str) -> impl Iterator<Item = &'r str> {
    root.split(';').filter_map(move |statement| {
        let line = statement.trim().lines().find(|line| {
            let line = line
                .trim_start_matches("pub ")
                .trim_start_matches("pub(crate) ");
            line.starts_with(keyword)
        })?;
        let start = statement.find(line)? + line.find(keyword)? + keyword.len();
        Some(&statement[start..])
    })
}

/// Modules that the root declares, by their own names and by the names of items that the root re-exports from them.
fn modules(root: &str) -> BTreeMap<&str, &str> {
    let declared = after(root, "mod ").filter(|name| name.chars().all(is_identifier));
    let mut modules: BTreeMap<_, _> = declared.map(|name| (name, name)).collect();
    for path in after(root, "use ") {
        let module = identifier(path);
        if modules.get(module) == Some(&module) {
            let items = path[module.len()..].split(|c| !is_identifier(c));
            for item in items.filter(|item| !item.is_empty()) {
                modules.entry(item).or_insert(module);
            }
        }
    }
    modules
}

/// For each module, the other modules that its code refers to.
fn graph(root: &str, files: &[(String, String)]) -> Graph {
    let root = code(root);
    let modules = modules(&root);
    let mut graph = Graph::new();
    for (module, source) in files {
        let code = code(source);
        let named = names_at_root(&code).into_iter();
        let named = named.filter_map(|name| modules.get(name));
        let others: BTreeSet<_> = named
            .filter(|other| *other != module)
            .map(|other| (*other).to_owned())
            .collect();
        graph.entry(module.clone()).or_default().extend(others);
    }
    graph
}

/// The sources of a crate with their top-level modules, except those of the root.
fn files(source: &Path) -> Vec<(String, String)> {
    let mut files = Vec::new();
    let mut folders = vec![source.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            let below = path.strip_prefix(source).unwrap();
            let top = below.iter().next().unwrap().to_str().unwrap();
            let module = top.trim_end_matches(".rs").to_owned();
            let is_root = ["lib.rs", "main.rs"].contains(&top);
            let is_source = path.extension().is_some_and(|extension| extension == "rs");
            if path.is_dir() {
                folders.push(path);
            } else if is_source && !is_root {
                files.push((module, std::fs::read_to_string(&path).unwrap()));
            }
        }
    }
    files
}

#[test]
fn dependencies_between_modules_have_no_cycle() {
    let mut problems = Vec::new();
    // A crate may consist of its root alone.
    let mut modules = 0;
    for folder in std::fs::read_dir(root().join("crates")).unwrap() {
        let source = folder.unwrap().path().join("src");
        let root = ["lib.rs", "main.rs"].map(|name| std::fs::read_to_string(source.join(name)));
        let [library, program] = root;
        let graph = graph(&library.or(program).unwrap(), &files(&source));
        modules += graph.len();
        problems.extend(cycle(&graph).map(|cycle| format!("{}: {cycle}", source.display())));
    }
    assert!(modules > 50, "{modules}");
    expect_none(&problems);
}

#[test]
fn modules_are_found_by_what_is_exported_of_them() {
    let root = "//! crate::c\nmod a;\npub mod b;\n\nuse std::fmt;\n\npub use a::{One, Two};\npub(crate) use b::Three;";
    let file = |name: &str, source: &str| (name.to_owned(), source.to_owned());
    let files = [
        file("a", "use crate::{fmt, b::{self, X}, Other};"),
        file("b", "fn f(x: crate::Two) {}"),
    ];
    let graph = graph(root, &files);
    assert_eq!(cycle(&graph).as_deref(), Some("a -> b -> a"));
    let files = [
        file("a", "use crate::Three;\n// crate::b"),
        file(
            "b",
            "#[x]\nfn f() {}\n#[cfg(test)]\nmod tests {\n    use crate::One;\n}",
        ),
    ];
    assert_eq!(cycle(&super::modules::graph(root, &files)), None);
}
