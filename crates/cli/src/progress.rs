//! How far long work has come, on standard error: one line that changes on a terminal, a line a step elsewhere.

use std::io::{self, IsTerminal as _, Write as _};

use crate::output::Output;

/// One step of a longer work.
#[derive(Debug)]
pub(crate) struct Progress {
    is_shown: bool,
    is_terminal: bool,
    what: String,
    /// What a terminal shows has no end yet.
    line: Option<OpenLine>,
}

/// A line on standard error that is not at its end: what is said next, as an error, begins another.
#[derive(Debug)]
pub(crate) struct OpenLine;

impl OpenLine {
    /// It has its end now.
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
    /// Begins a step. Scripts that read JSON are spared.
    pub(crate) fn begin(output: Output, what: impl Into<String>) -> Self {
        let (is_shown, is_terminal) = (!output.json, io::stderr().is_terminal());
        let progress = Self {
            is_shown,
            is_terminal,
            what: what.into(),
            line: (is_shown && is_terminal).then(|| OpenLine),
        };
        progress.tell("…");
        progress
    }

    /// Says how far the step is; where no terminal reads it, nothing.
    pub(crate) fn tell(&self, how_far: &str) {
        if self.is_shown && self.is_terminal {
            let mut stderr = anstream::stderr();
            // Work goes on even if nobody can be told.
            let _ = write!(stderr, "\r\u{1b}[K{}: {how_far}", self.what);
            let _ = stderr.flush();
        }
    }

    /// The step is done.
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
