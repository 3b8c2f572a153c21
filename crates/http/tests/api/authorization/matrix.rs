//! Reads the tables of docs/reference/PERMISSIONS.md and checks that they are complete.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::support::routes::{Route, routes};

pub(super) const PAGE: &str = include_str!("../../../../../docs/reference/PERMISSIONS.md");
/// Callers: the columns after "route" and "done to".
pub(super) const CALLERS: [&str; 5] = ["no session", "user", "viewer", "manager", "admin"];

/// The user that a request is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Whom {
    Nobody,
    Themselves,
    Holding(&'static str),
    LastAdministrator,
    Unknown,
}

/// A row of the table: the result of a route for each caller.
#[derive(Clone, Debug)]
pub(super) struct Row {
    /// Line number in the page.
    pub(super) line: usize,
    pub(super) route: Route,
    /// Whether the row has its own request body instead of the route's usual one.
    pub(super) own_body: bool,
    pub(super) whom: Whom,
    pub(super) expected: [Expected; CALLERS.len()],
}

/// A cell of the table: the status and, if the status is not sufficient, the code or the outcome in the body.
#[derive(Clone, Copy, Debug)]
pub(super) struct Expected {
    pub(super) status: u16,
    pub(super) word: Option<&'static str>,
}

impl Expected {
    fn parse(cell: &'static str) -> Option<Self> {
        let (status, word) = match cell.split_once(' ') {
            Some((status, word)) => (status, Some(word)),
            None => (cell, None),
        };
        let status = status.parse().ok()?;
        Some(Self { status, word })
    }

    /// Whether the request must not change anything.
    pub(super) fn is_refusal(self) -> bool {
        self.status >= 400 || self.word.is_some_and(|word| word != "changed")
    }
}

/// The cells of a table row.
pub(super) fn cells(line: &str) -> Vec<&str> {
    let inner = line
        .trim()
        .strip_prefix('|')
        .and_then(|rest| rest.strip_suffix('|'));
    inner.map_or(Vec::new(), |inner| {
        inner.split('|').map(str::trim).collect()
    })
}

/// The rows of all tables with this header: line number and cells.
pub(super) fn lines_below(head: &[&str]) -> Vec<(usize, Vec<&'static str>)> {
    let mut found = Vec::new();
    let mut inside = false;
    for (index, line) in PAGE.lines().enumerate() {
        let cells = cells(line);
        if cells == head {
            inside = true;
        } else if cells.is_empty() {
            inside = false;
        } else if inside && !cells[0].starts_with("---") {
            found.push((index + 1, cells));
        }
    }
    assert!(!found.is_empty(), "no table with the header {head:?}");
    found
}

pub(super) fn rows() -> Vec<Row> {
    let head = [&["route", "done to"][..], &CALLERS].concat();
    let known = routes();
    let mut rows = Vec::new();
    for (line, cells) in lines_below(&head) {
        assert_eq!(cells.len(), head.len(), "line {line}: cells");
        let spans: Vec<_> = cells[0].split('`').skip(1).step_by(2).collect();
        let (method, path) = spans[0].split_once(' ').unwrap();
        let route = known
            .iter()
            .find(|route| route.method == *method && route.path == path);
        let mut route = route
            .unwrap_or_else(|| panic!("line {line}: openapi.json has no {method} {path}"))
            .clone();
        if let Some(body) = spans.get(1) {
            let body: Value = serde_json::from_str(body)
                .unwrap_or_else(|error| panic!("line {line}: {body}: {error}"));
            route.body = Some(body);
        }
        let parse = |cell| Expected::parse(cell).unwrap_or_else(|| panic!("line {line}: {cell}"));
        let expected: Vec<_> = cells[2..].iter().copied().map(parse).collect();
        for whom in cells[1].split(", ") {
            rows.push(Row {
                line,
                route: route.clone(),
                own_body: spans.len() > 1,
                whom: whom_of(whom).unwrap_or_else(|| panic!("line {line}: {whom}")),
                expected: expected.clone().try_into().unwrap(),
            });
        }
    }
    rows
}

fn whom_of(word: &str) -> Option<Whom> {
    Some(match word {
        "–" => Whom::Nobody,
        "self" => Whom::Themselves,
        "user" => Whom::Holding("user"),
        "manager" => Whom::Holding("manager"),
        "administrator" => Whom::Holding("admin"),
        "last administrator" => Whom::LastAdministrator,
        "unknown" => Whom::Unknown,
        _ => return None,
    })
}

#[test]
fn t15_every_route_has_a_row_for_each_kind_of_target() {
    let everybody = BTreeSet::from([
        Whom::Themselves,
        Whom::Holding("user"),
        Whom::Holding("manager"),
        Whom::Holding("admin"),
        Whom::Unknown,
    ]);
    let rows = rows();
    for route in routes() {
        let (method, path) = (&route.method, &route.path);
        let whom: Vec<_> = rows
            .iter()
            .filter(|row| !row.own_body && row.route.method == method && row.route.path == *path)
            .map(|row| row.whom)
            .filter(|whom| *whom != Whom::LastAdministrator)
            .collect();
        let once: BTreeSet<_> = whom.iter().copied().collect();
        let expected = if path.contains('{') {
            everybody.clone()
        } else {
            BTreeSet::from([Whom::Nobody])
        };
        assert_eq!(
            once, expected,
            "docs/reference/PERMISSIONS.md: {method} {path}"
        );
        assert_eq!(whom.len(), once.len(), "{method} {path} has a row twice");
    }
}
