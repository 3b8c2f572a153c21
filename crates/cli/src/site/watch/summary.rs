//! Progress line and final summary.

use std::fmt::Write as _;
use std::io::{self, IsTerminal as _, Write as _};
use std::time::Duration;

use serde_json::{Value, json};
use unicode_width::UnicodeWidthStr as _;

use super::metric::{LASTS, Metric, percentile_95};
use super::sample::Sample;
use crate::output::{BAD, FAIR, GOOD, Output, wrapped};
use crate::table::{self, number, text};
use crate::units;

/// Width of a terminal if its size is unknown.
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
    samples: &'l [Sample],
    pub(super) end: End,
    took: Duration,
}

/// Whether progress is one line on standard error that is updated in place.
pub(super) fn is_terminal(output: Output) -> bool {
    !output.json && io::stderr().is_terminal()
}

/// Prints the progress line.
pub(super) fn print_progress(output: Output, samples: &[Sample], left: Duration) {
    let Some(last) = samples.last().filter(|_| !output.json) else {
        return;
    };
    let is_terminal = is_terminal(output);
    let width = if is_terminal {
        terminal_size::terminal_size_of(io::stderr()).map_or(WIDTH, |(width, _)| width.0.into())
    } else {
        usize::MAX
    };
    let line = line(samples.len(), last, left, width);
    let mut stderr = anstream::stderr();
    // The run continues even if standard error is closed.
    let _ = if is_terminal {
        write!(stderr, "\r\u{1b}[K{line}")
    } else {
        writeln!(stderr, "{line}")
    };
    let _ = stderr.flush();
}

/// A line of less than `width` columns for a sample: exceeded thresholds first, then the other metrics as far as they
/// fit.
fn line(number: usize, sample: &Sample, left: Duration, width: usize) -> String {
    let left = units::span(left.as_secs_f64().max(1.0));
    let mut line = format!("sample {number}, {left} left: {}", sample.health);
    let mut column = line.width();
    let mut metrics = Metric::ALL;
    metrics.sort_by_key(|metric| !metric.is_over(sample));
    let mut parts: Vec<_> = metrics
        .iter()
        .map(|metric| {
            let style = if metric.is_over(sample) { BAD } else { GOOD };
            let value = shown(*metric, metric.value(sample));
            (style, format!("{} {value}", metric.title()))
        })
        .collect();
    parts.extend(sample.database_is_away.clone().map(|why| (FAIR, why)));
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

fn shown(metric: Metric, value: Option<f64>) -> String {
    match (metric, value) {
        (_, None) => "–".to_owned(),
        (Metric::FailedSignIns, Some(value)) => format!("{value:.0}/min"),
        (Metric::ResponseTime, Some(value)) => format!("{value:.0} ms"),
        (_, Some(value)) => format!("{value:.1} %"),
    }
}

impl<'l> Summary<'l> {
    pub(super) const fn new(samples: &'l [Sample], end: End, took: Duration) -> Self {
        Self { samples, end, took }
    }

    pub(super) fn is_breached(&self) -> bool {
        Metric::ALL
            .iter()
            .any(|metric| metric.is_breached(self.samples))
    }

    fn values(&self, metric: Metric) -> Vec<f64> {
        let mut values: Vec<f64> = self
            .samples
            .iter()
            .filter_map(|sample| metric.value(sample))
            .collect();
        values.sort_by(f64::total_cmp);
        values
    }

    fn over(&self, metric: Metric) -> usize {
        let over = self.samples.iter().filter(|sample| metric.is_over(sample));
        over.count()
    }

    fn requests(&self) -> (usize, usize) {
        let failed = self.samples.iter().map(|sample| sample.failed).sum();
        (
            self.samples.iter().map(|sample| sample.requests).sum(),
            failed,
        )
    }

    /// Notes about health other than `healthy`, database errors, and an account whose password is being guessed.
    fn remarks(&self) -> Vec<String> {
        let mut remarks: Vec<String> = Vec::new();
        for sample in self.samples {
            let health = (sample.health != "healthy").then(|| format!("health: {}", sample.health));
            let database = sample.database_is_away.clone();
            for remark in health.into_iter().chain(database) {
                if !remarks.contains(&remark) {
                    remarks.push(remark);
                }
            }
        }
        let guessed = self.samples.iter().filter_map(|sample| sample.database);
        let guessed = guessed
            .map(|database| database.failed_sign_ins)
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
        let metrics = Metric::ALL.map(|metric| {
            let values = self.values(metric);
            json!({
                "name": metric.name(),
                "unit": metric.unit(),
                "threshold": metric.threshold(),
                "median": values.get(values.len() / 2),
                "worst": values.last(),
                "looksOver": self.over(metric),
                "isBreached": metric.is_breached(self.samples),
            })
        });
        let (requests, failed) = self.requests();
        json!({
            "url": url,
            "seconds": self.took.as_secs(),
            "looks": self.samples.len(),
            "requests": requests,
            "failedRequests": failed,
            "percentile95Milliseconds": percentile_95(self.samples),
            "measures": metrics,
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
        let rows = Metric::ALL.map(|metric| {
            let values = self.values(metric);
            let breach = if metric.is_breached(self.samples) {
                "exceeded"
            } else {
                ""
            };
            [
                metric.title().to_owned(),
                format!("{}{}", units::number(metric.threshold()), metric.suffix()),
                shown(metric, values.get(values.len() / 2).copied()),
                shown(metric, values.last().copied()),
                format!("{} of {}", self.over(metric), self.samples.len()),
                breach.to_owned(),
            ]
        });
        if io::stderr().is_terminal() {
            eprint_newline();
        }
        table::write(out, &columns, &rows)?;
        let (requests, failed) = self.requests();
        let percentile = percentile_95(self.samples);
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
            .filter(|metric| metric.is_breached(self.samples))
            .map(|metric| metric.title())
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
        let sample = Sample {
            health: "unhealthy".to_owned(),
            milliseconds: vec![3, 12],
            requests: 2,
            failed: 2,
            ..Sample::default()
        };
        let minute = Duration::from_mins(1);
        let narrow = anstream::adapter::strip_str(&line(7, &sample, minute, 50)).to_string();
        assert_eq!(narrow, "sample 7, 1 min left: unhealthy");
        let wide = anstream::adapter::strip_str(&line(7, &sample, minute, 80)).to_string();
        assert_eq!(
            wide,
            "sample 7, 1 min left: unhealthy, failed requests 100.0 %, response time 12 ms"
        );
        assert!(line(7, &sample, minute, usize::MAX).contains("failed sign-ins –"));
    }
}
