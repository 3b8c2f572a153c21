//! How far long work has come, on standard error: one line that changes on a terminal, a line a step elsewhere.

use std::io::{self, IsTerminal as _, Write as _};

use crate::screen::Screen;

/// One step of a longer work.
#[derive(Debug)]
pub(crate) struct Progress {
    is_shown: bool,
    is_terminal: bool,
    what: String,
}

impl Progress {
    /// Begins a step. Scripts that read JSON are spared.
    pub(crate) fn begin(screen: Screen, what: impl Into<String>) -> Self {
        let progress = Self {
            is_shown: !screen.json,
            is_terminal: io::stderr().is_terminal(),
            what: what.into(),
        };
        progress.tell("…");
        progress
    }

    /// Says how far the step is; where no terminal reads it, nothing.
    pub(crate) fn tell(&self, how_far: &str) {
        if self.is_shown && self.is_terminal {
            let mut stderr = anstream::stderr();
            // Work goes on even if nobody can be told.
            let _ = write!(stderr, "\r\u{1b}[K{} {how_far}", self.what);
            let _ = stderr.flush();
        }
    }

    /// The step is done.
    pub(crate) fn end(self, result: &str) {
        if self.is_shown {
            let start = if self.is_terminal { "\r\u{1b}[K" } else { "" };
            let _ = writeln!(anstream::stderr(), "{start}{} {result}", self.what);
        }
    }
}
