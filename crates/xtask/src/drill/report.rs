//! What a drill tells: numbered steps with their times while it runs, figures, and how it went.

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

    /// A step begins.
    pub(super) fn step(&mut self, what: &str) {
        self.step_begun = Instant::now();
        self.steps.push(json!({"what": what}));
        self.say(&format!("{:>2}  {what}", self.steps.len()));
    }

    /// The step went as it must.
    pub(super) fn done(&mut self, result: &str) {
        let took = self.step_begun.elapsed();
        if let Some(step) = self.steps.last_mut() {
            step["seconds"] = json!(rounded(took));
            step["result"] = json!(result);
        }
        self.say(&format!("    {:>6.1} s  {result}", took.as_secs_f64()));
    }

    /// A figure of the summary: its name in JSON, its value, and how people read it.
    pub(super) fn figure(&mut self, name: &str, value: impl Into<Value>, shown: String) {
        self.figures.insert(name.to_owned(), value.into());
        self.shown.push(shown);
    }

    /// Says how it went.
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
    // The drill goes on even if nobody reads.
    let mut stdout = std::io::stdout();
    let _reader_gone = writeln!(stdout, "{line}").and_then(|()| stdout.flush());
}

/// What went wrong, on standard error.
pub(super) fn trouble(is_json: bool, problem: &str) {
    let line = if is_json {
        json!({"code": "drill_failed", "detail": problem, "exitCode": 1}).to_string()
    } else {
        format!("error: {problem}")
    };
    let _reader_gone = writeln!(std::io::stderr(), "{line}");
}

/// Goes on if what must be is so.
pub(super) fn ensure(is_so: bool, otherwise: impl FnOnce() -> String) -> Result<(), Error> {
    if is_so {
        Ok(())
    } else {
        Err(Error::Message(otherwise()))
    }
}
