//! Charts of the results, for docs/reference/PERFORMANCE.md.

use std::path::Path;

use serde_json::Value;

use crate::Result;
use crate::chart::Chart;

/// Operations in the chart of response times.
const SHOWN: [&str; 14] = [
    "list -createdAt",
    "list email",
    "list -createdAt, next in the middle",
    "list -createdAt, role=admin",
    "list email, role=manager active=false",
    "user",
    "own account",
    "create a user",
    "rename a user",
    "give and take a role of 100 users",
    "refresh",
    "sign in",
    "audit, event=login",
    "count sign-ins of 720 hours",
];
/// The goal for searches, in milliseconds.
const SEARCH_P99_MAX: f64 = 80.0;

/// Writes the charts into this directory.
pub(super) fn write(directory: &Path, sizes: &[Value]) -> Result<()> {
    std::fs::create_dir_all(directory)?;
    let series: Vec<_> = sizes.iter().map(|size| users(&size["users"])).collect();
    let row = |label: &str, value: &dyn Fn(&Value) -> f64| {
        (
            label.to_owned(),
            sizes.iter().map(value).collect::<Vec<_>>(),
        )
    };
    let milliseconds = |size: &Value, name: &str| {
        let operations = size["operations"].as_array().into_iter().flatten();
        let mut found = operations.filter(|one| one["name"] == name);
        found
            .next()
            .map_or(0.0, |one| number(&one["server"]["median"]))
    };
    let operations: Vec<_> = SHOWN
        .iter()
        .map(|name| row(name, &|size| milliseconds(size, name)))
        .collect();
    let searches: Vec<_> = ["median", "p99", "max"]
        .iter()
        .map(|name| row(name, &|size| number(&size["search"]["server"][*name])))
        .collect();
    let mut largest: Vec<_> = sizes
        .last()
        .and_then(|size| size["relations"].as_array())
        .into_iter()
        .flatten()
        .collect();
    largest.truncate(12);
    let relations: Vec<_> = largest
        .iter()
        .map(|relation| {
            let name = relation["name"].as_str().unwrap_or_default();
            row(name, &|size| bytes(size, name) / 1_000_000.0)
        })
        .collect();
    for (file, title, unit, rows, limit) in [
        (
            "scale-operations.svg",
            "Time in the server by number of users, median",
            "ms",
            &operations,
            None,
        ),
        (
            "scale-search.svg",
            "Search: time in the server by number of users, over terms of every kind",
            "ms",
            &searches,
            Some(SEARCH_P99_MAX),
        ),
        (
            "scale-storage.svg",
            "Tables and indexes by number of users",
            "MB",
            &relations,
            None,
        ),
    ] {
        let chart = Chart {
            title,
            unit,
            series: &series,
            rows,
            limit,
        };
        std::fs::write(directory.join(file), chart.svg())?;
    }
    Ok(())
}

fn bytes(size: &Value, name: &str) -> f64 {
    let relations = size["relations"].as_array().into_iter().flatten();
    let mut found = relations.filter(|relation| relation["name"] == name);
    found
        .next()
        .map_or(0.0, |relation| number(&relation["bytes"]))
}

fn number(value: &Value) -> f64 {
    value.as_f64().unwrap_or_default()
}

/// `10,000 users`.
fn users(count: &Value) -> String {
    let digits = count.to_string();
    let mut text = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    format!("{text} users")
}
