//! Output of `cargo ci`: a header before each step, and a table and a summary at the end.

use std::io::Write as _;
use std::time::Duration;

/// Prints a line to standard output. Continues even if standard output is closed.
pub(super) fn say(line: &str) {
    let mut output = std::io::stdout().lock();
    let _reader_gone = writeln!(output, "{line}");
    let _reader_gone = output.flush();
}

/// Prints the header of a step.
pub(super) fn header(name: &str, about: &str) {
    say(&format!("\n=== {name}: {about}"));
}

/// Result of a step.
#[derive(Debug)]
pub(super) enum Outcome {
    Passed,
    Failed(String),
}

#[derive(Debug, Default)]
pub(super) struct Report {
    finished: Vec<(String, Duration, Outcome)>,
}

impl Report {
    /// Records the result of a step, and returns a line with the result.
    pub(super) fn finished(&mut self, name: &str, took: Duration, outcome: Outcome) -> String {
        let line = match &outcome {
            Outcome::Passed => format!("--- {name} passed in {}", seconds(took)),
            Outcome::Failed(why) => format!("--- {name} FAILED after {}\n{why}", seconds(took)),
        };
        self.finished.push((name.to_owned(), took, outcome));
        line
    }

    pub(super) fn close(&self) {
        say(&format!("\n{}", self.table()));
        say(&self.closing_line());
    }

    pub(super) fn all_passed(&self) -> bool {
        !self.finished.is_empty() && self.failures() == 0
    }

    fn failures(&self) -> usize {
        self.finished
            .iter()
            .filter(|(_, _, outcome)| matches!(outcome, Outcome::Failed(_)))
            .count()
    }

    fn table(&self) -> String {
        let total = self.finished.iter().map(|(_, took, _)| *took).sum();
        let row = |name: &str, took: Duration, word: &str| {
            format!("{name:<13}{:>9}  {word}", seconds(took))
        };
        let mut lines: Vec<_> = self
            .finished
            .iter()
            .map(|(name, took, outcome)| {
                row(
                    name,
                    *took,
                    if matches!(outcome, Outcome::Passed) {
                        "passed"
                    } else {
                        "FAILED"
                    },
                )
            })
            .collect();
        lines.push(row("all", total, ""));
        lines.join("\n")
    }

    fn closing_line(&self) -> String {
        let failed = self.failures();
        format!("{} passed, {failed} failed", self.finished.len() - failed)
    }
}

fn seconds(duration: Duration) -> String {
    format!("{:.1} s", duration.as_secs_f64())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_closing_line_counts_passed_and_failed_steps() {
        let mut report = Report::default();
        assert!(!report.all_passed(), "a run without steps has not passed");
        let _line = report.finished("format", Duration::from_millis(1200), Outcome::Passed);
        assert!(report.all_passed());
        let failed = Outcome::Failed("why".to_owned());
        let line = report.finished("test", Duration::from_secs(61), failed);
        assert!(line.ends_with("\nwhy"), "{line}");
        assert!(!report.all_passed());
        assert_eq!(report.closing_line(), "1 passed, 1 failed");
        let table = report.table();
        assert!(table.contains("format           1.2 s  passed"), "{table}");
        assert!(table.contains("test            61.0 s  FAILED"), "{table}");
        assert!(table.contains("all             62.2 s"), "{table}");
    }
}
