//! Modules of crates/core only use modules that are below them in the diagram of docs/concepts/ARCHITECTURE.md.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;

use super::modules::{code, names_at_root};
use crate::repository::sources;
use crate::{expect_none, root, text};

const PAGE: &str = "docs/concepts/ARCHITECTURE.md";

/// Modules of `crates/core`, with the number of their line in the diagram, counted from the top.
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

/// Uses of modules that are not below the given one in the diagram.
fn upward(layers: &BTreeMap<String, usize>, module: &str, source: &str) -> Vec<String> {
    let code = code(source);
    let used: BTreeSet<_> = names_at_root(&code).into_iter().collect();
    used.into_iter()
        .filter(|name| *name != module)
        .filter(|name| layers.get(*name).is_some_and(|at| *at <= layers[module]))
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
