//! Links between documents lead to existing files and sections.

use super::{expect_none, root, text};

/// Pages whose links are checked: those in the root, and all in `docs`.
pub(crate) fn pages() -> Vec<String> {
    let mut pages = Vec::new();
    let mut folders = vec![("docs".to_owned(), true)];
    folders.extend(["", ".github", "migrations", "web"].map(|name| (name.to_owned(), false)));
    while let Some((folder, is_deep)) = folders.pop() {
        for entry in std::fs::read_dir(root().join(&folder)).unwrap() {
            let entry = entry.unwrap();
            let name = entry.file_name().into_string().unwrap();
            let path = format!("{folder}/{name}");
            let path = path.trim_start_matches('/').to_owned();
            if name.to_lowercase().ends_with(".md") {
                pages.push(path);
            } else if is_deep && entry.file_type().unwrap().is_dir() {
                folders.push((path, true));
            }
        }
    }
    pages
}

/// Pages of the repository on GitHub that a page in the root may link to. These links work in every fork.
const ON_GITHUB: [&str; 3] = [
    "../../fork",
    "../../issues/new/choose",
    "../../security/advisories/new",
];

/// Targets of the links in a text.
pub(crate) fn targets(text: &str) -> impl Iterator<Item = &str> {
    text.split("](")
        .skip(1)
        .filter_map(|rest| rest.split(')').next())
}

/// Anchor of a heading, by GitHub's rules.
fn anchor(heading: &str) -> String {
    let kept = heading
        .to_lowercase()
        .chars()
        .filter(|c| c.is_alphanumeric() || " -_".contains(*c))
        .collect::<String>();
    kept.replace(' ', "-")
}

fn anchors(page: &str) -> impl Iterator<Item = String> {
    page.lines()
        .filter(|line| line.starts_with('#'))
        .map(|line| anchor(line.trim_start_matches('#').trim_start_matches(' ')))
}

/// Problems of the links in a page.
fn dead(name: &str, page: &str) -> Vec<String> {
    let folder = name.rsplit_once('/').map_or("", |(folder, _)| folder);
    let mut problems = Vec::new();
    let is_local = |target: &&str| {
        let is_on_github = folder.is_empty() && ON_GITHUB.contains(target);
        !target.contains("://") && !is_on_github
    };
    for target in targets(page).filter(is_local) {
        let (file, section) = target.split_once('#').unwrap_or((target, ""));
        let path = match file {
            "" => root().join(name),
            _ => root().join(folder).join(file),
        };
        let text = if section.is_empty() {
            String::new()
        } else {
            std::fs::read_to_string(&path).unwrap_or_default()
        };
        let has_section = section.is_empty() || anchors(&text).any(|anchor| anchor == section);
        if !path.exists() || !has_section {
            problems.push(format!("{name}: {target} leads nowhere"));
        }
    }
    problems
}

#[test]
fn every_link_has_a_target() {
    let problems: Vec<_> = pages()
        .iter()
        .flat_map(|name| dead(name, &text(name)))
        .collect();
    expect_none(&problems);
    let pages = pages();
    for expected in ["README.md", "docs/guide/DEPLOY.md", "migrations/README.md"] {
        assert!(pages.iter().any(|page| page == expected), "{expected}");
    }
    for (name, links, dead_links) in [
        (
            "docs/guide/X.md",
            "[a](DEPLOY.md) [b](../../README.md#start) [c](https://example.com/x)",
            0,
        ),
        (
            "docs/guide/X.md",
            "[a](NONE.md) [b](../../README.md#the-moon) [c](../../SECURITY.md#) [d](../../fork)",
            3,
        ),
        ("README.md", "[a](../../fork) [b](../../knife)", 1),
    ] {
        assert_eq!(dead(name, links).len(), dead_links, "{links}");
    }
    assert_eq!(
        anchor("… `HALLPASS_SECRET` leaks"),
        "-hallpass_secret-leaks"
    );
}
