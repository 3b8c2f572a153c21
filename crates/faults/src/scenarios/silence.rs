//! The network goes silent: nothing arrives any more, and no connection is closed.

use std::time::{Duration, Instant};

use futures_util::future::join_all;
use hallpass_platform::{Direction, Error};

use crate::ledger::compare;
use crate::load::Load;
use crate::outcome::Outcome;
use crate::stack::{Server, Stack};

/// Deadline of a request, and a second.
const DEADLINE: Duration = Duration::from_secs(9);

pub(super) async fn run(server: &mut Server) -> Result<Outcome, Error> {
    let stack = server.stack(1).await?;
    for idle in [0.2, 1.5] {
        reads_on_silent_connections(&stack, Duration::from_secs_f64(idle)).await;
    }
    let reads = stack.samples.take();
    let read_failures = reads.iter().filter(|sample| !sample.is_success()).count();

    let load = Load::start(server, &stack, 6).await?;
    tokio::time::sleep(Duration::from_secs(2)).await;
    // Only those that are open: the next request gets a new connection.
    stack.proxy.silence_open(Direction::Both);
    let partial = Instant::now();
    tokio::time::sleep(server.seconds(12.0, 20.0)).await;
    let total = Instant::now();
    stack.proxy.silence_all();
    let away = server.seconds(6.0, 12.0);
    tokio::time::sleep(away).await;
    let back = Instant::now();
    stack.proxy.admit_new();
    tokio::time::sleep(server.seconds(11.0, 20.0)).await;
    let ledgers = load.finish().await;

    let mut samples = stack.samples.take();
    samples.extend(reads);
    let injected = format!(
        "silent after 0.2 s and 1.5 s of idleness; open connections silent under load; all silent for {} s",
        away.as_secs()
    );
    let mut outcome = Outcome::of(injected, samples, &[]);
    outcome.require(read_failures == 0, || {
        format!("{read_failures} reads were not repeated on another connection")
    });
    // Requests that were waiting have ended at their deadline by then.
    let late = outcome.samples.iter().filter(|sample| {
        let is_late = sample.begun > partial + DEADLINE && sample.ended() < total;
        is_late && !sample.is_success()
    });
    let late = late.count();
    outcome.require(late == 0, || {
        format!(
            "{late} requests failed later than {} s after the silence began",
            DEADLINE.as_secs()
        )
    });
    outcome.recovers_from(back);
    outcome.balance(compare(&server.owner_url(), &ledgers).await?);
    stack.platform.stop().await;
    Ok(outcome)
}

/// Reads that find every open connection silent.
async fn reads_on_silent_connections(stack: &Stack, idle: Duration) {
    let client = stack.client(100);
    join_all((0..9).map(|_| stack.show_me(&client))).await;
    tokio::time::sleep(idle).await;
    stack.proxy.silence_open(Direction::Both);
    join_all((0..3).map(|_| stack.show_me(&client))).await;
}
