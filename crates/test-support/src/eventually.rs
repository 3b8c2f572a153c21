//! Waiting for something that another process or task does.

use std::time::{Duration, Instant};

/// Long enough for a busy machine: no test waits for this as long as all is well.
const LIMIT: Duration = Duration::from_secs(60);

/// Asks again every 10 milliseconds until the condition holds. Fails after a minute, and says what never happened.
pub async fn eventually(what: &str, mut condition: impl AsyncFnMut() -> bool) {
    let deadline = Instant::now() + LIMIT;
    while !condition().await {
        assert!(Instant::now() < deadline, "after {LIMIT:?}: not {what}");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}
