//! Waiting for something that another process or task does.

use std::time::{Duration, Instant};

/// Long enough for a busy machine. Only a test that fails waits for so long.
const LIMIT: Duration = Duration::from_mins(1);

/// Checks the condition every 10 milliseconds until it holds. After a minute, it panics with `what`.
pub async fn eventually(what: &str, mut condition: impl AsyncFnMut() -> bool) {
    let deadline = Instant::now() + LIMIT;
    while !condition().await {
        assert!(
            Instant::now() < deadline,
            "still waiting after {LIMIT:?}: {what}"
        );
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}
