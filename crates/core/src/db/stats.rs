//! Number and duration of a request's statements: for its log line, and for tests that limit them.

use std::cell::Cell;
use std::time::Duration;

tokio::task_local! {
    static STATS: Cell<Stats>;
}

/// Database usage of one request.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Stats {
    /// Number of statements sent, retries included.
    pub statements: u32,
    /// Total duration of the statements, without waiting for a connection.
    pub time: Duration,
}

/// Runs a request, or a part of one, and returns its database usage. The usage of a part counts for the whole as well.
pub async fn measure<T>(request: impl Future<Output = T>) -> (T, Stats) {
    let measured = STATS.scope(Cell::default(), async {
        let answer = request.await;
        (answer, STATS.with(Cell::get))
    });
    let (answer, stats) = measured.await;
    add(stats);
    (answer, stats)
}

pub(super) fn record(time: Duration) {
    add(Stats {
        statements: 1,
        time,
    });
}

fn add(more: Stats) {
    // Outside of a request (in the operator's command) nothing is measured.
    let _ = STATS.try_with(|stats| {
        let so_far = stats.get();
        stats.set(Stats {
            statements: so_far.statements + more.statements,
            time: so_far.time + more.time,
        });
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_part_that_is_measured_counts_for_the_whole() {
        let second = Duration::from_secs(1);
        let whole = measure(async {
            record(second);
            let ((), part) = measure(async { record(second * 2) }).await;
            record(second * 4);
            part
        });
        let of = |statements, seconds| Stats {
            statements,
            time: second * seconds,
        };
        assert_eq!(whole.await, (of(1, 2), of(3, 7)));
    }
}
