//! What was seen, while it goes on and in the end.

use std::fmt::Write as _;
use std::io::{self, IsTerminal as _, Write as _};
use std::time::Duration;

use serde_json::{Value, json};

use super::look::Look;
use super::measure::{LASTS, Measure, percentile_95};
use crate::screen::{BAD, FAIR, GOOD, Screen, wrapped};
use crate::table::{self, number, text};
use crate::units;

/// Why the watch is over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum End {
    TimeIsOver,
    BreachLasts,
    Interrupted,
}

/// All looks together.
#[derive(Debug)]
pub(super) struct Summary<'l> {
    looks: &'l [Look],
    pub(super) end: End,
    took: Duration,
}

/// One line that changes, on standard error.
pub(super) fn is_terminal(screen: Screen) -> bool {
    !screen.json && io::stderr().is_terminal()
}

/// Says how it goes.
pub(super) fn tell(screen: Screen, looks: &[Look], left: Duration) {
    let Some(last) = looks.last().filter(|_| !screen.json) else {
        return;
    };
    let mut line = format!(
        "{}, {} left: {}",
        looks.len(),
        units::span(left.as_secs_f64()),
        last.health
    );
    for measure in Measure::ALL {
        let style = if measure.is_over(last) { BAD } else { GOOD };
        let shown = shown(measure, measure.value(last));
        // Writing to a String cannot fail.
        let _ = write!(line, ", {} {style}{shown}{style:#}", measure.title());
    }
    if let Some(why) = &last.database_is_away {
        let _ = write!(line, ", {FAIR}{why}{FAIR:#}");
    }
    let mut stderr = anstream::stderr();
    // The watch goes on even if nobody can be told.
    let _ = if is_terminal(screen) {
        write!(stderr, "\r\u{1b}[Klook {line}")
    } else {
        writeln!(stderr, "look {line}")
    };
    let _ = stderr.flush();
}

fn shown(measure: Measure, value: Option<f64>) -> String {
    match (measure, value) {
        (_, None) => "–".to_owned(),
        (Measure::FailedSignIns, Some(value)) => format!("{value:.0}/min"),
        (Measure::ResponseTime, Some(value)) => format!("{value:.0} ms"),
        (_, Some(value)) => format!("{value:.1} %"),
    }
}

impl<'l> Summary<'l> {
    pub(super) const fn new(looks: &'l [Look], end: End, took: Duration) -> Self {
        Self { looks, end, took }
    }

    pub(super) fn is_breached(&self) -> bool {
        Measure::ALL
            .iter()
            .any(|measure| measure.is_breached(self.looks))
    }

    fn values(&self, measure: Measure) -> Vec<f64> {
        let mut values: Vec<f64> = self
            .looks
            .iter()
            .filter_map(|look| measure.value(look))
            .collect();
        values.sort_by(f64::total_cmp);
        values
    }

    fn over(&self, measure: Measure) -> usize {
        let over = self.looks.iter().filter(|look| measure.is_over(look));
        over.count()
    }

    fn requests(&self) -> (usize, usize) {
        let failed = self.looks.iter().map(|look| look.failed).sum();
        (self.looks.iter().map(|look| look.requests).sum(), failed)
    }

    /// What health said other than that all is well, and why the database did not answer.
    fn remarks(&self) -> Vec<String> {
        let mut remarks: Vec<String> = Vec::new();
        for look in self.looks {
            let health = (look.health != "healthy").then(|| format!("health: {}", look.health));
            let database = look.database_is_away.clone();
            for remark in health.into_iter().chain(database) {
                if !remarks.contains(&remark) {
                    remarks.push(remark);
                }
            }
        }
        remarks
    }

    pub(super) fn json(&self, url: &str) -> Value {
        let measures = Measure::ALL.map(|measure| {
            let values = self.values(measure);
            json!({
                "name": measure.name(),
                "unit": measure.unit(),
                "threshold": measure.threshold(),
                "median": values.get(values.len() / 2),
                "worst": values.last(),
                "looksOver": self.over(measure),
                "isBreached": measure.is_breached(self.looks),
            })
        });
        let (requests, failed) = self.requests();
        json!({
            "url": url,
            "seconds": self.took.as_secs(),
            "looks": self.looks.len(),
            "requests": requests,
            "failedRequests": failed,
            "percentile95Milliseconds": percentile_95(self.looks),
            "measures": measures,
            "remarks": self.remarks(),
            "end": match self.end {
                End::TimeIsOver => "timeIsOver",
                End::BreachLasts => "breachLasts",
                End::Interrupted => "interrupted",
            },
            "isBreached": self.is_breached(),
        })
    }

    pub(super) fn show(&self, out: &mut dyn io::Write, url: &str) -> io::Result<()> {
        let columns = [
            text("MEASURE"),
            number("AT MOST"),
            number("USUALLY"),
            number("WORST"),
            number("LOOKS OVER"),
            text(""),
        ];
        let rows = Measure::ALL.map(|measure| {
            let values = self.values(measure);
            let breach = if measure.is_breached(self.looks) {
                "breach"
            } else {
                ""
            };
            [
                measure.title().to_owned(),
                format!("{} {}", units::number(measure.threshold()), measure.unit()),
                shown(measure, values.get(values.len() / 2).copied()),
                shown(measure, values.last().copied()),
                format!("{} of {}", self.over(measure), self.looks.len()),
                breach.to_owned(),
            ]
        });
        if io::stderr().is_terminal() {
            eprint_newline();
        }
        table::write(out, &columns, &rows)?;
        let (requests, failed) = self.requests();
        let percentile = percentile_95(self.looks);
        let percentile = percentile.map_or_else(|| "–".to_owned(), |time| format!("{time} ms"));
        writeln!(
            out,
            "\n{url}, {}: {failed} of {requests} requests failed; 95 of 100 answers came within {percentile}.",
            units::span(self.took.as_secs_f64()),
        )?;
        for remark in self.remarks() {
            writeln!(out, "{FAIR}note:{FAIR:#} {}", wrapped(&remark, 6))?;
        }
        let (style, verdict) = self.verdict();
        writeln!(out, "{style}{}{style:#}", wrapped(&verdict, 0))
    }

    fn verdict(&self) -> (anstyle::Style, String) {
        let breached: Vec<_> = Measure::ALL
            .iter()
            .filter(|measure| measure.is_breached(self.looks))
            .map(|measure| measure.title())
            .collect();
        let over = breached.join(", ");
        match self.end {
            End::BreachLasts => (
                BAD,
                format!("Over the threshold, {LASTS} looks in a row: {over}. Stopped at once."),
            ),
            _ if !over.is_empty() => (BAD, format!("Over the threshold: {over}.")),
            End::Interrupted => (
                FAIR,
                "Interrupted; nothing over its threshold so far.".to_owned(),
            ),
            End::TimeIsOver => (GOOD, "Nothing over its threshold.".to_owned()),
        }
    }
}

/// Leaves the line that changed.
fn eprint_newline() {
    let _ = writeln!(anstream::stderr());
}
