//! Output of the functions: shown as configured, and kept for tests.

use std::collections::VecDeque;
use std::io::Write as _;
use std::sync::{Mutex, PoisonError};

/// Number of lines that are kept.
const REMEMBERED: usize = 20_000;

/// What happens with the output of the functions, apart from being kept.
#[derive(Debug, Clone, Copy, Default)]
pub enum Output {
    /// The output is only kept. It is shown if a test panics.
    #[default]
    Capture,
    /// Each line is written to our own standard output or standard error, as the function wrote it.
    Show,
    /// Each line is formatted by this function before it is shown. It is not shown if the function returns `None`.
    Format(fn(&LogLine) -> Option<String>),
}

/// Source of a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LogStream {
    /// Standard output.
    Stdout,
    /// Standard error.
    Stderr,
    /// Log messages of the runtime, which belong to a request.
    Request,
}

/// One line of the output of a function.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogLine {
    /// The function's name.
    pub function: String,
    /// Number of the instance, from 0.
    pub instance: usize,
    /// Where it came from.
    pub stream: LogStream,
    /// `x-vercel-id` of the request, for log messages of the runtime.
    pub request: Option<String>,
    /// Level of a log message of the runtime: `info`, `warn`, `error` or `debug`.
    pub level: Option<String>,
    /// The line, without its line end.
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

    /// Shows the lines that were only kept, because they can explain why a test failed.
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
    // Serving continues even if the terminal or the pipe is closed.
    let _closed = if trouble {
        writeln!(std::io::stderr(), "{text}")
    } else {
        writeln!(std::io::stdout(), "{text}")
    };
}
