//! The server is stopped. Requests of every kind are answered, and everybody is still signed in afterwards.

use std::time::{Duration, Instant};

use hallpass_platform::Error;

use crate::ledger::compare;
use crate::load::Load;
use crate::outcome::Outcome;
use crate::stack::Server;

pub(super) async fn run(server: &mut Server) -> Result<Outcome, Error> {
    let stack = server.stack(1).await?;
    let load = Load::start(server, &stack, 6).await?;
    tokio::time::sleep(Duration::from_secs(1)).await;
    server.postgres.stop().await?;
    let away = server.seconds(5.0, 10.0);
    let end = Instant::now() + away;
    let client = stack.client(100);
    let (mut health, mut keys) = (Vec::new(), Vec::new());
    while Instant::now() < end {
        health.push(client.get("health", "/health", None).await);
        keys.push(client.get("keys", "/.well-known/jwks.json", None).await);
    }
    server.postgres.restart().await?;
    let back = Instant::now();
    tokio::time::sleep(server.seconds(3.0, 5.0)).await;
    client.get("health", "/health", None).await;
    let ledgers = load.finish().await;
    let injected = format!("stopped for {} s", away.as_secs());
    let mut outcome = Outcome::of(injected, stack.samples.take(), &[]);
    outcome.require(
        health.iter().all(|reply| {
            reply.status == 503
                && reply.text("status") == "unhealthy"
                && reply.json["services"]["database"] == "disconnected"
        }),
        || "/health did not report the outage".to_owned(),
    );
    outcome.require(keys.iter().all(|reply| reply.status == 200), || {
        "the published keys need the database".to_owned()
    });
    outcome.recovers_from(back);
    outcome.balance(compare(&server.owner_url(), &ledgers).await?);
    stack.platform.stop().await;
    Ok(outcome)
}
