//! Progress line and final summary.

use std::fmt::Write as _;
use std::io::{self, IsTerminal as _, Write as _};
use std::time::Duration;

use serde_json::{Value, json};
use unicode_width::UnicodeWidthStr as _;

use super::look::Sample;
use super::measure::{LASTS, Metric, percentile_95};
use crate::output::{BAD, FAIR, GOOD, Output, wrapped};
use crate::table::{self, number, text};
use crate::units;

/// Width of a terminal that does not report one.
const WIDTH: usize = 80;

/// Why the run ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum End {
    TimeIsOver,
    BreachLasts,
    Interrupted,
}

/// Summary of all samples.
#[derive(Debug)]
pub(super) struct Summary<'l> {
    looks: &'l [Sample],
    pub(super) end: End,
    took: Duration,
}

/// Whether progress is one updated line on standard error.
pub(super) fn is_terminal(output: Output) -> bool {
    !output.json && io::stderr().is_terminal()
}

/// Prints the progress.
pub(super) fn tell(output: Output, looks: &[Sample], left: Duration) {
    let Some(last) = looks.last().filter(|_| !output.json) else {
        return;
    };
    let is_terminal = is_terminal(output);
    let width = if is_terminal {
        terminal_size::terminal_size_of(io::stderr()).map_or(WIDTH, |(width, _)| width.0.into())
    } else {
        usize::MAX
    };
    let line = line(looks.len(), last, left, width);
    let mut stderr = anstream::stderr();
    // The run continues even if standard error is closed.
    let _ = if is_terminal {
        write!(stderr, "\r\u{1b}[K{line}")
    } else {
        writeln!(stderr, "{line}")
    };
    let _ = stderr.flush();
}

/// A sample in less than `width` columns: exceeded thresholds first, the rest as far as it fits.
fn line(number: usize, look: &Sample, left: Duration, width: usize) -> String {
    let left = units::span(left.as_secs_f64().max(1.0));
    let mut line = format!("sample {number}, {left} left: {}", look.health);
    let mut column = line.width();
    let mut measures = Metric::ALL;
    measures.sort_by_key(|measure| !measure.is_over(look));
    let mut parts: Vec<_> = measures
        .iter()
        .map(|measure| {
            let style = if measure.is_over(look) { BAD } else { GOOD };
            let value = shown(*measure, measure.value(look));
            (style, format!("{} {value}", measure.title()))
        })
        .collect();
    parts.extend(look.database_is_away.clone().map(|why| (FAIR, why)));
    for (style, part) in parts {
        column += 2 + part.width();
        if column >= width {
            break;
        }
        // Writing to a String cannot fail.
        let _ = write!(line, ", {style}{part}{style:#}");
    }
    line
}

fn shown(measure: Metric, value: Option<f64>) -> String {
    match (measure, value) {
        (_, None) => "–".to_owned(),
        (Metric::FailedSignIns, Some(value)) => format!("{value:.0}/min"),
        (Metric::ResponseTime, Some(value)) => format!("{value:.0} ms"),
        (_, Some(value)) => format!("{value:.1} %"),
    }
}

impl<'l> Summary<'l> {
    pub(super) const fn new(looks: &'l [Sample], end: End, took: Duration) -> Self {
        Self { looks, end, took }
    }

    pub(super) fn is_breached(&self) -> bool {
        Metric::ALL
            .iter()
            .any(|measure| measure.is_breached(self.looks))
    }

    fn values(&self, measure: Metric) -> Vec<f64> {
        let mut values: Vec<f64> = self
            .looks
            .iter()
            .filter_map(|look| measure.value(look))
            .collect();
        values.sort_by(f64::total_cmp);
        values
    }

    fn over(&self, measure: Metric) -> usize {
        let over = self.looks.iter().filter(|look| measure.is_over(look));
        over.count()
    }

    fn requests(&self) -> (usize, usize) {
        let failed = self.looks.iter().map(|look| look.failed).sum();
        (self.looks.iter().map(|look| look.requests).sum(), failed)
    }

    /// Health other than `healthy`, database errors, and an account under attack.
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
        let guessed = self.looks.iter().filter_map(|look| look.figures);
        let guessed = guessed
            .map(|figures| figures.failed_sign_ins)
            .filter(|failed| failed.is_one_account_guessed());
        if let Some(most) = guessed.map(|failed| failed.at_one_account).max() {
            remarks.push(format!(
                "failed sign-ins: {most} within an hour for one account from one network; run `hallpass audit \
                 suspicious` for details"
            ));
        }
        remarks
    }

    pub(super) fn json(&self, url: &str) -> Value {
        let measures = Metric::ALL.map(|measure| {
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
            text("METRIC"),
            number("THRESHOLD"),
            number("MEDIAN"),
            number("MAX"),
            number("SAMPLES OVER"),
            text(""),
        ];
        let rows = Metric::ALL.map(|measure| {
            let values = self.values(measure);
            let breach = if measure.is_breached(self.looks) {
                "exceeded"
            } else {
                ""
            };
            [
                measure.title().to_owned(),
                format!("{}{}", units::number(measure.threshold()), measure.suffix()),
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
            "\n{url}, {}: {failed} of {requests} requests failed; 95th percentile response time: {percentile}",
            units::span(self.took.as_secs_f64()),
        )?;
        for remark in self.remarks() {
            writeln!(out, "{FAIR}note:{FAIR:#} {}", wrapped(&remark, 6))?;
        }
        let (style, verdict) = self.verdict();
        writeln!(out, "{style}{}{style:#}", wrapped(&verdict, 0))
    }

    fn verdict(&self) -> (anstyle::Style, String) {
        let breached: Vec<_> = Metric::ALL
            .iter()
            .filter(|measure| measure.is_breached(self.looks))
            .map(|measure| measure.title())
            .collect();
        let over = breached.join(", ");
        match self.end {
            End::BreachLasts => (
                BAD,
                format!(
                    "Threshold exceeded in {LASTS} consecutive samples: {over}. Stopped early."
                ),
            ),
            _ if !over.is_empty() => (BAD, format!("Threshold exceeded: {over}.")),
            End::Interrupted => (
                FAIR,
                "Interrupted; no threshold exceeded so far.".to_owned(),
            ),
            End::TimeIsOver => (GOOD, "No threshold exceeded.".to_owned()),
        }
    }
}

/// Ends the progress line.
fn eprint_newline() {
    let _ = writeln!(anstream::stderr());
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_progress_line_fits_the_terminal_and_starts_with_exceeded_thresholds() {
        let look = Sample {
            health: "unhealthy".to_owned(),
            milliseconds: vec![3, 12],
            requests: 2,
            failed: 2,
            ..Sample::default()
        };
        let minute = Duration::from_mins(1);
        let narrow = anstream::adapter::strip_str(&line(7, &look, minute, 50)).to_string();
        assert_eq!(narrow, "sample 7, 1 min left: unhealthy");
        let wide = anstream::adapter::strip_str(&line(7, &look, minute, 80)).to_string();
        assert_eq!(
            wide,
            "sample 7, 1 min left: unhealthy, failed requests 100.0 %, response time 12 ms"
        );
        assert!(line(7, &look, minute, usize::MAX).contains("failed sign-ins –"));
    }
}
