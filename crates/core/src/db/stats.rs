//! How many statements a request cost and how long they took: for the log line and for budgets.

use std::cell::Cell;
use std::time::Duration;

tokio::task_local! {
    static STATS: Cell<Stats>;
}

/// What the database did for one request.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Stats {
    /// Statements sent, repeated ones included.
    pub statements: u32,
    /// The time they took, without waiting for a connection.
    pub time: Duration,
}

/// Runs a request and tells what it cost.
pub async fn measure<T>(request: impl Future<Output = T>) -> (T, Stats) {
    STATS
        .scope(Cell::default(), async {
            let answer = request.await;
            (answer, STATS.with(Cell::get))
        })
        .await
}

pub(super) fn record(time: Duration) {
    // Outside of a request (the command line) nobody counts.
    let _ = STATS.try_with(|stats| {
        let so_far = stats.get();
        stats.set(Stats {
            statements: so_far.statements + 1,
            time: so_far.time + time,
        });
    });
}
