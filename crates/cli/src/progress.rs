//! Progress of a long operation on standard error: one updated line on a terminal, one line per step elsewhere.

use std::io::{self, IsTerminal as _, Write as _};

use crate::output::Output;

#[derive(Debug)]
pub(crate) struct Progress {
    is_shown: bool,
    is_terminal: bool,
    what: String,
    /// The current line on the terminal, which has no line end yet.
    line: Option<OpenLine>,
}

/// A line on standard error without a line end. Dropping it writes one, so that an error starts on a new line.
#[derive(Debug)]
pub(crate) struct OpenLine;

impl OpenLine {
    /// Consumes the value without writing a line end, because the caller has written one.
    pub(crate) const fn end(self) {
        std::mem::forget(self);
    }
}

impl Drop for OpenLine {
    fn drop(&mut self) {
        let _ = writeln!(anstream::stderr());
    }
}

impl Progress {
    /// Starts a step and prints its name. Prints nothing if the output is JSON.
    pub(crate) fn begin(output: Output, what: impl Into<String>) -> Self {
        let (is_shown, is_terminal) = (!output.json, io::stderr().is_terminal());
        let progress = Self {
            is_shown,
            is_terminal,
            what: what.into(),
            line: (is_shown && is_terminal).then(|| OpenLine),
        };
        progress.update("…");
        progress
    }

    /// Updates the line on a terminal; prints nothing elsewhere.
    pub(crate) fn update(&self, how_far: &str) {
        if self.is_shown && self.is_terminal {
            let mut stderr = anstream::stderr();
            // The operation continues even if standard error is closed.
            let _ = write!(stderr, "\r\u{1b}[K{}: {how_far}", self.what);
            let _ = stderr.flush();
        }
    }

    /// Ends the step and prints its result.
    pub(crate) fn end(mut self, result: &str) {
        if let Some(line) = self.line.take() {
            line.end();
        }
        if self.is_shown {
            let start = if self.is_terminal { "\r\u{1b}[K" } else { "" };
            let _ = writeln!(anstream::stderr(), "{start}{}: {result}", self.what);
        }
    }
}
