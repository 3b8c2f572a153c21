//! Many instances, which want more connections than the server has, reconnect after an outage.

use std::time::Instant;

use hallpass_platform::Error;

use crate::ledger::compare;
use crate::load::Load;
use crate::outcome::Outcome;
use crate::stack::{CONNECTIONS, Server};

/// Functions that the load uses.
const FUNCTIONS: usize = 4;
/// Connections of an instance.
const EACH: usize = 3;

pub(super) async fn run(server: &mut Server) -> Result<Outcome, Error> {
    let instances = if server.is_short { 10 } else { 13 };
    let stack = server.stack(instances).await?;
    let load = Load::start(server, &stack, 24).await?;
    tokio::time::sleep(server.seconds(4.0, 8.0)).await;
    server.postgres.stop().await?;
    let away = server.seconds(3.0, 5.0);
    tokio::time::sleep(away).await;
    server.postgres.restart().await?;
    let back = Instant::now();
    tokio::time::sleep(server.seconds(6.0, 15.0)).await;
    let ledgers = load.finish().await;
    let processes = instances * FUNCTIONS;
    let injected = format!(
        "{processes} processes with up to {} connections, server with {CONNECTIONS} away for {} s",
        processes * EACH,
        away.as_secs()
    );
    let mut outcome = Outcome::of(injected, stack.samples.take(), &[]);
    outcome.recovers_from(back);
    outcome.balance(compare(&server.owner_url(), &ledgers).await?);
    stack.platform.stop().await;
    Ok(outcome)
}
