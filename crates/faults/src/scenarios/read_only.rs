//! The server becomes read-only, as a failover to a standby makes it, and writable again.

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
    switch(server, "set default_transaction_read_only = on").await?;
    let away = server.seconds(3.0, 6.0);
    tokio::time::sleep(away).await;
    switch(server, "reset default_transaction_read_only").await?;
    let back = Instant::now();
    tokio::time::sleep(server.seconds(3.0, 6.0)).await;
    let ledgers = load.finish().await;
    let injected = format!("default_transaction_read_only for {} s", away.as_secs());
    let mut outcome = Outcome::of(injected, stack.samples.take(), &[]);
    outcome.recovers_from(back);
    outcome.balance(compare(&server.owner_url(), &ledgers).await?);
    stack.platform.stop().await;
    Ok(outcome)
}

async fn switch(server: &Server, setting: &str) -> Result<(), Error> {
    // As several statements at once they would be in a transaction, which ALTER SYSTEM refuses.
    server.execute(&format!("alter system {setting}")).await?;
    server.execute("select pg_reload_conf()").await
}
