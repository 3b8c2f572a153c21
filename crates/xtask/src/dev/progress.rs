//! Progress of the start, on standard error.

use std::io::{IsTerminal as _, Write as _};
use std::time::Instant;

/// Prints a line.
pub(super) fn line(text: &str) {
    // Continues even if standard error is closed.
    let _closed = writeln!(std::io::stderr(), "  {text}");
}

/// Prints an error.
pub(super) fn trouble(text: &str) {
    let _closed = writeln!(std::io::stderr(), "error: {text}");
}

/// Prints the progress of a step, if standard error is a terminal. The line of the finished step replaces it.
pub(super) fn count(name: &str, done: usize, of: u32) {
    let mut stderr = std::io::stderr();
    if stderr.is_terminal() {
        let _closed =
            write!(stderr, "\r  {name:<14} {done} of {of}\r").and_then(|()| stderr.flush());
    }
}

/// A step whose duration is measured.
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
