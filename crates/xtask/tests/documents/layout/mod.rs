//! Tests of the dependencies between crates and between modules.

mod core;
mod crates;
mod modules;

use std::collections::{BTreeMap, BTreeSet};

/// The dependencies of each crate or module.
type Graph = BTreeMap<String, BTreeSet<String>>;

/// A cycle such as `a -> b -> a`, if there is one.
fn cycle(graph: &Graph) -> Option<String> {
    let mut finished = BTreeSet::new();
    graph
        .keys()
        .find_map(|start| visit(graph, start, &mut Vec::new(), &mut finished))
}

/// Follows the dependencies of `name`. `path` contains the names that led to it.
fn visit<'g>(
    graph: &'g Graph,
    name: &'g str,
    path: &mut Vec<&'g str>,
    finished: &mut BTreeSet<&'g str>,
) -> Option<String> {
    if let Some(start) = path.iter().position(|before| *before == name) {
        let members = path[start..].iter().chain([&name]);
        return Some(members.copied().collect::<Vec<_>>().join(" -> "));
    }
    if finished.contains(name) {
        return None;
    }
    path.push(name);
    let found = graph
        .get(name)
        .into_iter()
        .flatten()
        .find_map(|next| visit(graph, next, path, finished));
    path.pop();
    finished.insert(name);
    found
}

#[test]
fn a_cycle_is_found() {
    let graph = |edges: &[(&str, &str)]| {
        let mut graph = Graph::new();
        for (from, to) in edges {
            let targets = graph.entry((*from).to_owned()).or_default();
            targets.insert((*to).to_owned());
        }
        graph
    };
    let diamond = [("a", "b"), ("a", "c"), ("b", "d"), ("c", "d")];
    assert_eq!(cycle(&graph(&diamond)), None);
    let edges = [("a", "b"), ("b", "c"), ("c", "d"), ("d", "b")];
    assert_eq!(cycle(&graph(&edges)).as_deref(), Some("b -> c -> d -> b"));
}
