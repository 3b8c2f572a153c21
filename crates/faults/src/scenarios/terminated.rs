//! Every connection of the functions is terminated every 100 ms.

use std::time::{Duration, Instant};

use hallpass_platform::Error;
use sqlx::{Connection as _, PgConnection};

use crate::ledger::compare;
use crate::load::Load;
use crate::outcome::Outcome;
use crate::stack::{ROLE, Server};

const TERMINATE: &str =
    "select count(pg_terminate_backend(pid)) from pg_stat_activity where usename = $1";
/// Part of the reads that must succeed, in percent.
const READS: usize = 99;

pub(super) async fn run(server: &mut Server) -> Result<Outcome, Error> {
    let stack = server.stack(1).await?;
    let load = Load::start(server, &stack, 8).await?;
    let mut owner = PgConnection::connect(&server.owner_url()).await?;
    let end = Instant::now() + server.seconds(12.0, 60.0);
    let (mut rounds, mut terminated) = (0, 0_i64);
    while Instant::now() < end {
        tokio::time::sleep(Duration::from_millis(100)).await;
        rounds += 1;
        terminated += sqlx::query_scalar::<_, i64>(TERMINATE)
            .bind(ROLE)
            .fetch_one(&mut owner)
            .await?;
    }
    owner.close().await?;
    let ledgers = load.finish().await;
    let injected = format!("{terminated} connections terminated in {rounds} rounds");
    let mut outcome = Outcome::of(injected, stack.samples.take(), &[]);
    for kind in ["me", "list"] {
        let (all, succeeded) = outcome.successes(kind);
        outcome.figure(&format!("{kind}: failed of {all}"), all - succeeded);
        outcome.require(succeeded * 100 >= all * READS, || {
            format!("{succeeded} of {all} reads ({kind}) succeeded, fewer than {READS} %")
        });
    }
    outcome.require(terminated > 0, || "no connection was terminated".to_owned());
    outcome.balance(compare(&server.owner_url(), &ledgers).await?);
    stack.platform.stop().await;
    Ok(outcome)
}
