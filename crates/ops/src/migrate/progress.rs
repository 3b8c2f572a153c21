//! One line on standard error for each migration, with its time.

use std::io::Write as _;
use std::time::Instant;

use hallpass_core::schema::Step;

use crate::screen::{BAD, Screen};

#[derive(Debug)]
pub(super) struct Progress {
    screen: Screen,
    under_way: Option<Instant>,
}

impl Progress {
    pub(super) const fn new(screen: Screen) -> Self {
        Self {
            screen,
            under_way: None,
        }
    }

    /// A migration begins, so the one before it is done.
    pub(super) fn begin(&mut self, step: &Step) {
        self.end(true);
        if !self.screen.json {
            let mut stderr = anstream::stderr();
            // A migration goes on even if nobody can be told.
            let _ = write!(
                stderr,
                "applying {} {} ... ",
                step.version, step.description
            );
            let _ = stderr.flush();
        }
        self.under_way = Some(Instant::now());
    }

    /// The migration under way is done, or has failed.
    pub(super) fn end(&mut self, is_done: bool) {
        let Some(began) = self.under_way.take() else {
            return;
        };
        if self.screen.json {
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
