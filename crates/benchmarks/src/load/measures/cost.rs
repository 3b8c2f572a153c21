//! CPU time by request: in the function, and in PostgreSQL.

use crate::load::Failure;
use crate::load::process::{cpu_time, server_cpu_time};
use crate::load::report::{Figure, median};
use crate::load::stack::{Function, Stack};
use crate::load::traffic::Driven;

/// Microseconds for each request, by turn.
#[derive(Debug, Default)]
pub(super) struct Cost {
    pub(super) function: Vec<f64>,
    pub(super) server: Vec<f64>,
}

impl Cost {
    /// Lets clients work, and adds what a request has cost meanwhile.
    pub(super) fn of(
        &mut self,
        stack: &Stack,
        function: &Function,
        work: impl FnOnce() -> Result<Driven, Failure>,
    ) -> Result<Driven, Failure> {
        let times = || -> Result<(f64, f64), Failure> {
            Ok((cpu_time(function.pid())?, server_cpu_time(stack.server()?)?))
        };
        let before = times()?;
        let driven = work()?;
        let after = times()?;
        let each = |seconds: f64| seconds * 1e6 / driven.steps;
        self.function.push(each(after.0 - before.0));
        self.server.push(each(after.1 - before.1));
        Ok(driven)
    }

    /// The medians, in the function and in PostgreSQL. `what` has an article: "a refresh".
    pub(super) fn figures(&self, what: &str) -> (Figure, Figure) {
        let figure =
            |place, values| Figure::new(format!("CPU of {what} in {place}"), median(values), "µs");
        (
            figure("the function", &self.function),
            figure("PostgreSQL", &self.server),
        )
    }
}
