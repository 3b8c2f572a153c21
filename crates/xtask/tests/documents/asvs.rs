//! docs/compliance/ASVS.md lists every requirement of the standard exactly once, and every row names a test or a
//! reason.

use std::collections::BTreeMap;

use super::repository::Repository;
use super::{expect_none, in_backticks, links, paragraphs, text};

/// Ids and levels of all requirements of the standard, version 5.0.0, without its text.
const STANDARD: &str = include_str!("asvs-5.0.0.csv");
/// Sections whose requirements demand documentation. For them, a link to the documentation is sufficient.
const ON_DOCUMENTATION: [&str; 9] = [
    "V2.1.", "V6.1.", "V7.1.", "V8.1.", "V11.1.", "V13.1.", "V14.1.", "V15.1.", "V16.1.",
];

fn standard() -> BTreeMap<&'static str, &'static str> {
    let rows = STANDARD.lines().skip(1);
    rows.map(|row| row.split_once(',').unwrap()).collect()
}

/// Where the page lists a requirement.
enum Entry {
    Row { level: String, shown_by: String },
    DoesNotApply,
    NotClaimed,
}

/// All entries in the order of the page. `V5` stands for all requirements of the chapter.
fn entries(page: &str) -> Vec<(String, Entry)> {
    let mut found = Vec::new();
    for line in page.lines().filter(|line| line.starts_with("| V")) {
        let cells: Vec<_> = line.trim_matches('|').split('|').map(str::trim).collect();
        let cell = |at: usize| cells.get(at).copied().unwrap_or_default().to_owned();
        let (level, shown_by) = (cell(1), cell(3));
        found.push((cell(0), Entry::Row { level, shown_by }));
    }
    for paragraph in paragraphs(page) {
        let (entry, list): (fn() -> Entry, _) =
            if let Some(list) = paragraph.strip_prefix("Does not apply:") {
                (|| Entry::DoesNotApply, list)
            } else if let Some(list) = paragraph.strip_prefix("Level 3, not claimed:") {
                (|| Entry::NotClaimed, list)
            } else {
                continue;
            };
        found.extend(ids(list).map(|id| (id, entry())));
    }
    found
}

/// Ids such as `V1.2.3` and `V1` in a text.
fn ids(text: &str) -> impl Iterator<Item = String> {
    text.split(|c: char| !c.is_ascii_alphanumeric() && c != '.')
        .map(|word| word.trim_end_matches('.'))
        .filter(|word| {
            let number = word.strip_prefix('V').unwrap_or_default();
            !number.is_empty() && number.chars().all(|c| c.is_ascii_digit() || c == '.')
        })
        .map(str::to_owned)
}

/// Problems of the ids in a page.
fn misplaced(page: &str) -> Vec<String> {
    let standard = standard();
    let mut times: BTreeMap<&str, u32> = standard.keys().map(|id| (*id, 0)).collect();
    let mut problems = Vec::new();
    for (named, entry) in entries(page) {
        let chapter = format!("{named}.");
        let all: Vec<_> = standard
            .iter()
            .filter(|(id, _)| **id == named || id.starts_with(&chapter))
            .collect();
        if all.is_empty() {
            problems.push(format!("{named} is not in the standard"));
        }
        for (id, level) in all {
            *times.get_mut(id).unwrap() += 1;
            match &entry {
                Entry::Row { level: said, .. } if said != level => {
                    problems.push(format!("{id} is of level {level}, not {said}"));
                }
                Entry::NotClaimed if *level != "3" => {
                    problems.push(format!("{id} is of level {level} and cannot be left out"));
                }
                _ => {}
            }
        }
    }
    let wrong = times.into_iter().filter(|(_, times)| *times != 1);
    problems.extend(wrong.map(|(id, times)| format!("{id} has {times} places")));
    problems
}

/// Problems of the last column in a page.
fn not_shown(page: &str, repository: &Repository) -> Vec<String> {
    let mut problems = Vec::new();
    for (id, entry) in entries(page) {
        let Entry::Row { shown_by, .. } = entry else {
            continue;
        };
        let cited: Vec<_> = in_backticks(&shown_by).collect();
        let unknown = cited.iter().filter(|name| !repository.has(name));
        problems.extend(unknown.map(|name| format!("{id}: there is no {name}")));
        let is_documentation = ON_DOCUMENTATION.iter().any(|start| id.starts_with(start));
        let is_documented = is_documentation && links::targets(&shown_by).next().is_some();
        if cited.is_empty() && !is_documented && !is_dated(&shown_by) {
            problems.push(format!("{id}: neither a test nor a dated reason"));
        }
    }
    problems
}

/// Whether the text begins with the date of a reason: `2026-11-23: because`.
fn is_dated(text: &str) -> bool {
    text.match_indices(": ").any(|(at, _)| {
        let day = text[..at].split(' ').next_back().unwrap_or_default();
        let shape: String = day
            .chars()
            .map(|c| if c.is_ascii_digit() { '0' } else { c })
            .collect();
        shape == "0000-00-00" && text[at + 2..].len() > 10
    })
}

#[test]
fn every_requirement_has_its_place_once_and_its_level() {
    assert_eq!(standard().len(), 345);
    expect_none(&misplaced(&text("docs/compliance/ASVS.md")));
}

#[test]
fn every_row_is_shown_by_a_test_or_has_a_dated_reason() {
    let page = text("docs/compliance/ASVS.md");
    let rows = entries(&page)
        .into_iter()
        .filter(|(_, entry)| matches!(entry, Entry::Row { .. }));
    assert!(rows.count() > 150);
    expect_none(&not_shown(&page, &Repository::read()));
}

#[test]
fn each_mistake_in_a_page_is_reported() {
    let page = text("docs/compliance/ASVS.md");
    let broken = |from: &str, to: &str| {
        assert!(page.contains(from), "{from}");
        page.replacen(from, to, 1)
    };
    for (page, problem) in [
        (
            broken("| V1.1.1 | 2 |", "| V1.1.1 | 1 |"),
            "V1.1.1 is of level 2, not 1",
        ),
        (broken("| V1.1.1 |", "| V1.1.2 |"), "V1.1.1 has 0 places"),
        (
            broken("| V1.1.1 |", "| V1.1.9 |"),
            "V1.1.9 is not in the standard",
        ),
        (broken("V1.2.5 (", "V1.2.4 ("), "V1.2.4 has 2 places"),
        (
            broken("Does not apply: V1.2.5", "Level 3, not claimed: V1.2.5"),
            "V1.2.5 is of level 1 and cannot be left out",
        ),
    ] {
        let problems = misplaced(&page);
        assert!(
            problems.iter().any(|found| found == problem),
            "{problem}: {problems:?}"
        );
    }
    let repository = Repository::read();
    let row = |id: &str, shown_by: &str| {
        not_shown(&format!("| {id} | 1 | words | {shown_by} |"), &repository).len()
    };
    assert_eq!(row("V1.1.1", "`two_variables_are_enough`"), 0);
    assert_eq!(
        row("V1.1.1", "`two_variables_are_enough`, `no_such_test`"),
        1
    );
    assert_eq!(row("V1.1.1", "2026-11-23: there is a reason"), 0);
    assert_eq!(row("V1.1.1", "2026-11-23:"), 1);
    assert_eq!(row("V1.1.1", "it is so"), 1);
    assert_eq!(row("V1.1.1", "[words](API.md)"), 1);
    assert_eq!(row("V2.1.1", "[words](API.md)"), 0);
}
