//! Output of a drill: numbered steps with their durations, metrics and the result.

use std::io::Write as _;
use std::time::{Duration, Instant};

use hallpass_platform::Error;
use serde_json::{Map, Value, json};

use super::options::Options;

/// The steps so far.
#[derive(Debug)]
pub(super) struct Report {
    drill: &'static str,
    is_json: bool,
    begun: Instant,
    step_begun: Instant,
    steps: Vec<Value>,
    figures: Map<String, Value>,
    shown: Vec<String>,
}

impl Report {
    pub(super) fn begin(options: &Options) -> Self {
        let report = Self {
            drill: options.drill.name(),
            is_json: options.json,
            begun: Instant::now(),
            step_begun: Instant::now(),
            steps: Vec::new(),
            figures: Map::new(),
            shown: Vec::new(),
        };
        report.say(&format!("drill {}", report.drill));
        report
    }

    /// Starts a step.
    pub(super) fn step(&mut self, what: &str) {
        self.step_begun = Instant::now();
        self.steps.push(json!({"what": what}));
        self.say(&format!("{:>2}  {what}", self.steps.len()));
    }

    /// Ends a step that has succeeded.
    pub(super) fn done(&mut self, result: &str) {
        let took = self.step_begun.elapsed();
        if let Some(step) = self.steps.last_mut() {
            step["seconds"] = json!(rounded(took));
            step["result"] = json!(result);
        }
        self.say(&format!("    {:>6.1} s  {result}", took.as_secs_f64()));
    }

    /// Adds a metric to the summary: its name in JSON, its value, and its line for people.
    pub(super) fn figure(&mut self, name: &str, value: impl Into<Value>, shown: String) {
        self.figures.insert(name.to_owned(), value.into());
        self.shown.push(shown);
    }

    /// Prints the result.
    pub(super) fn end(self, outcome: &Result<(), Error>) {
        let seconds = rounded(self.begun.elapsed());
        if self.is_json {
            let mut json = json!({
                "drill": self.drill,
                "isPassed": outcome.is_ok(),
                "seconds": seconds,
                "steps": self.steps,
                "figures": self.figures,
            });
            if let Err(error) = outcome {
                json["failure"] = json!(error.to_string());
            }
            print(&format!("{json:#}"));
            return;
        }
        match outcome {
            Ok(()) => {
                print("");
                for line in &self.shown {
                    print(line);
                }
                print(&format!("passed in {seconds:.1} s; nothing is left behind"));
            }
            Err(error) => {
                trouble(false, &format!("step {}: {error}", self.steps.len()));
                print(&format!(
                    "failed after {seconds:.1} s; nothing is left behind"
                ));
            }
        }
    }

    fn say(&self, line: &str) {
        if !self.is_json {
            print(line);
        }
    }
}

fn rounded(time: Duration) -> f64 {
    (time.as_secs_f64() * 1000.0).round() / 1000.0
}

fn print(line: &str) {
    // The drill continues even if standard output is closed.
    let mut stdout = std::io::stdout();
    let _reader_gone = writeln!(stdout, "{line}").and_then(|()| stdout.flush());
}

/// Prints an error to standard error.
pub(super) fn trouble(is_json: bool, problem: &str) {
    let line = if is_json {
        json!({"code": "drill_failed", "detail": problem, "exitCode": 1}).to_string()
    } else {
        format!("error: {problem}")
    };
    let _reader_gone = writeln!(std::io::stderr(), "{line}");
}

/// Returns an error if the condition is false.
pub(super) fn ensure(is_so: bool, otherwise: impl FnOnce() -> String) -> Result<(), Error> {
    if is_so {
        Ok(())
    } else {
        Err(Error::Message(otherwise()))
    }
}
