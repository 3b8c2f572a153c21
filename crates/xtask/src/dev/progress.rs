//! What a person sees while it starts, on standard error.

use std::io::{IsTerminal as _, Write as _};
use std::time::Instant;

/// A line of news.
pub(super) fn line(text: &str) {
    // A closed terminal is no reason to stop.
    let _closed = writeln!(std::io::stderr(), "  {text}");
}

/// What went wrong, and with it the end.
pub(super) fn trouble(text: &str) {
    let _closed = writeln!(std::io::stderr(), "error: {text}");
}

/// How far a step is, on a terminal; the step's own line replaces it.
pub(super) fn count(name: &str, done: usize, of: u32) {
    let mut stderr = std::io::stderr();
    if stderr.is_terminal() {
        let _closed =
            write!(stderr, "\r  {name:<14} {done} of {of}\r").and_then(|()| stderr.flush());
    }
}

/// A step with the time it took.
#[derive(Debug)]
pub(super) struct Step {
    name: &'static str,
    begun: Instant,
}

impl Step {
    pub(super) fn begin(name: &'static str) -> Self {
        Self {
            name,
            begun: Instant::now(),
        }
    }

    pub(super) fn end(self, result: &str) {
        let took = self.begun.elapsed().as_secs_f64();
        line(&format!("{:<14} {result} ({took:.1} s)", self.name));
    }
}
