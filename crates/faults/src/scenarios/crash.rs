//! The server is killed with SIGKILL under load, stays away for a while, and comes back.

use std::time::Instant;

use hallpass_platform::Error;

use crate::ledger::compare;
use crate::load::Load;
use crate::outcome::Outcome;
use crate::stack::Server;

pub(super) async fn run(server: &mut Server) -> Result<Outcome, Error> {
    let stack = server.stack(1).await?;
    let load = Load::start(server, &stack, 6).await?;
    let pause = server.seconds(2.0, 4.0);
    let aways: &[f64] = if server.is_short {
        &[1.0, 4.0]
    } else {
        &[0.5, 2.0, 4.0, 8.0, 12.0]
    };
    let mut marks = Vec::new();
    for away in aways {
        tokio::time::sleep(pause).await;
        marks.push((Instant::now(), "server killed"));
        server.postgres.crash().await?;
        tokio::time::sleep(server.seconds(*away, *away)).await;
        server.postgres.restart().await?;
        marks.push((Instant::now(), "server back"));
    }
    tokio::time::sleep(pause).await;
    let ledgers = load.finish().await;
    let injected = format!(
        "killed with SIGKILL {} times, away {aways:?} s",
        aways.len()
    );
    let mut outcome = Outcome::of(injected, stack.samples.take(), &[]);
    for (at, what) in &marks {
        if *what == "server back" {
            outcome.recovers_from(*at);
        }
    }
    outcome.marks = marks;
    outcome.balance(compare(&server.owner_url(), &ledgers).await?);
    stack.platform.stop().await;
    Ok(outcome)
}
