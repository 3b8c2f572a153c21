//! Shows which scenario runs, with a clock on a terminal.

use std::io::{IsTerminal as _, Write as _};
use std::time::{Duration, Instant};

use tokio::task::JoinHandle;

use crate::outcome::Outcome;
use crate::scenarios::Scenario;

/// A running scenario.
#[derive(Debug)]
pub(crate) struct Running {
    title: String,
    begun: Instant,
    clock: Option<JoinHandle<()>>,
}

impl Running {
    pub(crate) fn begin(scenario: &Scenario) -> Self {
        let title = format!("{} {}", scenario.id, scenario.name);
        let begun = Instant::now();
        let clock = std::io::stderr().is_terminal().then(|| {
            let title = title.clone();
            tokio::spawn(async move {
                loop {
                    show(&format!("\r{title} … {} s", begun.elapsed().as_secs()));
                    tokio::time::sleep(Duration::from_secs(1)).await;
                }
            })
        });
        Self {
            title,
            begun,
            clock,
        }
    }

    pub(crate) fn end(self, outcome: &Outcome) {
        let seconds = self.begun.elapsed().as_secs();
        let result = if outcome.is_passed() {
            "passed"
        } else {
            "FAILED"
        };
        let start = if self.clock.is_some() { "\r\x1b[K" } else { "" };
        show(&format!(
            "{start}{:<44} {result} ({seconds} s)\n",
            self.title
        ));
        for problem in &outcome.problems {
            show(&format!("    {problem}\n"));
        }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        if let Some(clock) = &self.clock {
            clock.abort();
        }
    }
}

fn show(text: &str) {
    let mut stderr = std::io::stderr();
    let _reader_gone = write!(stderr, "{text}").and_then(|()| stderr.flush());
}
