//! A progress bar on a terminal, and one line for each step elsewhere.

use std::io::{IsTerminal as _, Write as _};
use std::time::Instant;

use indicatif::{ProgressBar, ProgressStyle};

#[derive(Debug)]
pub(super) struct Progress {
    what: &'static str,
    bar: ProgressBar,
    begun: Instant,
}

impl Progress {
    pub(super) fn begin(what: &'static str, total: u64) -> Self {
        let style = ProgressStyle::with_template(
            "{prefix:>10} {wide_bar} {human_pos} of {human_len}, {eta} left {msg}",
        );
        let bar = ProgressBar::new(total).with_prefix(what);
        bar.set_style(style.expect("the template is valid"));
        Self {
            what,
            bar,
            begun: Instant::now(),
        }
    }

    /// Counts what an earlier run has done.
    pub(super) fn skip(&self, count: u64) {
        self.bar.inc(count);
        self.bar.reset_eta();
    }

    pub(super) fn advance(&self, count: u64) {
        self.bar.inc(count);
    }

    pub(super) fn describe(&self, what: &str) {
        self.bar.set_message(what.to_owned());
    }

    pub(super) fn end(self) {
        self.bar.finish_and_clear();
        note(&format!(
            "{}: {} in {:.0?}",
            self.what,
            self.bar.length().unwrap_or_default(),
            self.begun.elapsed()
        ));
    }
}

/// A line on standard error, which is not part of the result.
pub(crate) fn note(text: &str) {
    let mut stderr = std::io::stderr();
    let indent = if stderr.is_terminal() { "  " } else { "" };
    let _reader_gone = writeln!(stderr, "{indent}{text}");
}
