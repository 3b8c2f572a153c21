//! Links between the documents lead to files and sections that are there.

use super::{expect_none, root, text};

/// Pages whose links are looked at.
fn pages() -> Vec<String> {
    let docs = std::fs::read_dir(root().join("docs")).unwrap();
    let names = docs.map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let mut pages: Vec<_> = names
        .filter(|name| name.to_lowercase().ends_with(".md"))
        .map(|name| format!("docs/{name}"))
        .collect();
    pages.extend(["README.md".to_owned(), "SECURITY.md".to_owned()]);
    pages
}

/// Where the links of a text lead.
pub(crate) fn targets(text: &str) -> impl Iterator<Item = &str> {
    text.split("](")
        .skip(1)
        .filter_map(|rest| rest.split(')').next())
}

/// A heading's address, as GitHub makes it.
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

/// What is wrong with the links of a page.
fn dead(name: &str, page: &str) -> Vec<String> {
    let folder = name.rsplit_once('/').map_or("", |(folder, _)| folder);
    let mut problems = Vec::new();
    for target in targets(page).filter(|target| !target.contains("://")) {
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
fn every_link_leads_somewhere() {
    let problems: Vec<_> = pages()
        .iter()
        .flat_map(|name| dead(name, &text(name)))
        .collect();
    expect_none(&problems);
    assert_eq!(
        dead(
            "docs/X.md",
            "[a](API.md) [b](../README.md#the-map) [c](https://example.com/x)"
        )
        .len(),
        0
    );
    assert_eq!(
        dead(
            "docs/X.md",
            "[a](NONE.md) [b](../README.md#the-moon) [c](../SECURITY.md#)"
        )
        .len(),
        2
    );
    assert_eq!(
        anchor("… `HALLPASS_SECRET` leaks"),
        "-hallpass_secret-leaks"
    );
}
