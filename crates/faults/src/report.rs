//! The table at the end, and the same figures as JSON.

use std::io::Write as _;
use std::path::Path;
use std::time::Duration;

use hallpass_platform::Error;
use serde_json::{Value, json};

use crate::outcome::Outcome;
use crate::scenarios::Scenario;

type Row = (&'static Scenario, Outcome);

pub(crate) fn list(scenarios: &[&Scenario]) {
    for scenario in scenarios {
        say(&format!("{:<5}{}", scenario.id, scenario.name));
    }
}

/// A table in Markdown, which is readable as it is.
pub(crate) fn table(rows: &[Row]) {
    say("");
    say(
        "| test | injected | requests | other than 2xx | longest | recovery | acknowledged / lost / twice / unacknowledged, applied | result |",
    );
    say("|---|---|---|---|---|---|---|---|");
    for (scenario, outcome) in rows {
        let others: Vec<_> = outcome
            .others()
            .into_iter()
            .map(|(answer, count)| format!("{answer}: {count}"))
            .collect();
        let tally = outcome.tally.map_or("–".to_owned(), |tally| {
            let (acknowledged, lost, twice) = (tally.acknowledged, tally.lost, tally.twice);
            format!(
                "{acknowledged} / {lost} / {twice} / {}",
                tally.unacknowledged
            )
        });
        let figures: Vec<_> = outcome
            .figures
            .iter()
            .map(|(name, value)| format!("{name} {value}"))
            .collect();
        let injected = if figures.is_empty() {
            outcome.injected.clone()
        } else {
            format!("{} ({})", outcome.injected, figures.join(", "))
        };
        let result = if outcome.is_passed() {
            "passed".to_owned()
        } else {
            format!("**failed**: {}", outcome.problems.join("; "))
        };
        say(&format!(
            "| {} | {injected} | {} | {} | {} | {} | {tally} | {result} |",
            scenario.id,
            outcome.samples.len(),
            if others.is_empty() {
                "–".to_owned()
            } else {
                others.join(", ")
            },
            seconds(outcome.longest()),
            outcome.recovery.map_or("–".to_owned(), seconds),
        ));
    }
}

/// Writes the figures of all scenarios.
pub(crate) fn write_json(file: &Path, rows: &[Row], is_short: bool) -> Result<(), Error> {
    let scenarios: Vec<Value> = rows
        .iter()
        .map(|(scenario, outcome)| {
            json!({
                "id": scenario.id,
                "name": scenario.name,
                "injected": outcome.injected,
                "requests": outcome.samples.len(),
                "otherThan2xx": outcome.others(),
                "longestSeconds": outcome.longest().as_secs_f64(),
                "recoverySeconds": outcome.recovery.map(|time| time.as_secs_f64()),
                "acknowledged": outcome.tally.map(|tally| tally.acknowledged),
                "lost": outcome.tally.map(|tally| tally.lost),
                "twice": outcome.tally.map(|tally| tally.twice),
                "unacknowledgedApplied": outcome.tally.map(|tally| tally.unacknowledged),
                "figures": outcome.figures,
                "problems": outcome.problems,
                "isPassed": outcome.is_passed(),
            })
        })
        .collect();
    let all = json!({ "isShort": is_short, "scenarios": scenarios });
    std::fs::write(file, format!("{all:#}\n")).map_err(Error::file(file))
}

fn seconds(time: Duration) -> String {
    format!("{:.2} s", time.as_secs_f64())
}

/// Continues even if standard output is closed.
fn say(line: &str) {
    let _reader_gone = writeln!(std::io::stdout(), "{line}");
}
