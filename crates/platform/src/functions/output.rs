//! What functions print: passed on as it is, and remembered for tests.

use std::collections::VecDeque;
use std::io::Write as _;
use std::sync::{Mutex, PoisonError};

/// How many lines are remembered.
const REMEMBERED: usize = 20_000;

/// Whether the functions' output is also passed on to our own.
#[derive(Debug, Clone, Copy, Default)]
pub enum Output {
    /// Remembered only, and shown if a test panics.
    #[default]
    Capture,
    /// Passed on: standard output to standard output, standard error to standard error.
    Show,
    /// Passed on as this function formats it; a line is dropped if it returns `None`.
    Format(fn(&LogLine) -> Option<String>),
}

/// Where a line came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LogStream {
    /// Standard output.
    Stdout,
    /// Standard error.
    Stderr,
    /// The runtime's log channel, inside a request.
    Request,
}

/// One line of a function's output.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogLine {
    /// The function's name.
    pub function: String,
    /// The instance's number.
    pub instance: usize,
    /// Where it came from.
    pub stream: LogStream,
    /// The request it belongs to (its `x-vercel-id`), on the log channel.
    pub request: Option<String>,
    /// The log channel's level: `info`, `warn`, `error`, `debug`.
    pub level: Option<String>,
    /// The line, without its end.
    pub text: String,
}

#[derive(Debug, Default)]
pub(crate) struct Journal {
    output: Output,
    lines: Mutex<VecDeque<LogLine>>,
}

impl Journal {
    pub(crate) fn new(output: Output) -> Self {
        Self {
            output,
            lines: Mutex::default(),
        }
    }

    pub(crate) fn write(&self, line: LogLine) {
        match self.output {
            Output::Capture => {}
            Output::Show => show(&line, &line.text),
            Output::Format(form) => {
                if let Some(text) = form(&line) {
                    show(&line, &text);
                }
            }
        }
        let mut lines = self.lines.lock().unwrap_or_else(PoisonError::into_inner);
        if lines.len() == REMEMBERED {
            lines.pop_front();
        }
        lines.push_back(line);
    }

    pub(crate) fn lines(&self) -> Vec<LogLine> {
        self.lines
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .iter()
            .cloned()
            .collect()
    }

    /// Shows what was only remembered: a failed test wants to be understood.
    pub(crate) fn show_remembered(&self) {
        if matches!(self.output, Output::Capture) {
            for line in self.lines() {
                let _closed = writeln!(
                    std::io::stderr(),
                    "{}[{}] {}",
                    line.function,
                    line.instance,
                    line.text
                );
            }
        }
    }
}

fn show(line: &LogLine, text: &str) {
    let trouble =
        line.stream == LogStream::Stderr || matches!(line.level.as_deref(), Some("error" | "warn"));
    // A closed terminal or pipe is no reason to stop serving.
    let _closed = if trouble {
        writeln!(std::io::stderr(), "{text}")
    } else {
        writeln!(std::io::stdout(), "{text}")
    };
}
