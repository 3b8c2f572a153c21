//! Progress of migrations on standard error: one line with the duration of each migration.

use std::io::Write as _;
use std::time::Instant;

use hallpass_core::schema::Step;

use crate::interrupt;
use crate::output::{BAD, Output};
use crate::progress::OpenLine;
use crate::units;

/// Hint that an interrupted command prints.
pub(super) const AGAIN: &str = "run `hallpass migrate` again";

#[derive(Debug)]
pub(super) struct Progress {
    output: Output,
    under_way: Option<(Instant, Option<OpenLine>)>,
    begun: usize,
}

impl Progress {
    pub(super) const fn new(output: Output) -> Self {
        Self {
            output,
            under_way: None,
            begun: 0,
        }
    }

    /// Reports that a migration starts and, if there is a previous one, that it is done.
    pub(super) fn begin(&mut self, step: &Step) {
        self.end(true);
        self.note_for_interrupt(
            "the current one was rolled back, or will be finished by the next run",
        );
        self.begun += 1;
        if !self.output.json {
            let mut stderr = anstream::stderr();
            // The migration continues even if standard error is closed.
            let _ = write!(
                stderr,
                "applying {} {} ... ",
                step.version, step.description
            );
            let _ = stderr.flush();
        }
        self.under_way = Some((Instant::now(), (!self.output.json).then(|| OpenLine)));
    }

    fn note_for_interrupt(&self, rest: &str) {
        let done = units::count(i64::try_from(self.begun).unwrap_or(i64::MAX), "migration");
        interrupt::set_interrupt_note(format!("{done} applied; {rest}"), AGAIN);
    }

    /// Reports that the current migration is done, or that it has failed.
    pub(super) fn end(&mut self, is_done: bool) {
        let Some((began, line)) = self.under_way.take() else {
            return;
        };
        if let Some(line) = line {
            line.end();
        }
        if self.output.json {
            return;
        }
        let mut stderr = anstream::stderr();
        let _ = if is_done {
            writeln!(stderr, "{} ms", began.elapsed().as_millis())
        } else {
            writeln!(stderr, "{BAD}failed{BAD:#}")
        };
    }
}
