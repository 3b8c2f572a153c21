//! Instances are ended with SIGTERM under load: by the platform, which stops routing first, and by somebody else.

use std::time::{Duration, Instant};

use hallpass_platform::Error;
use hallpass_platform::processes::signal;
use nix::sys::signal::Signal;

use crate::ledger::compare;
use crate::load::Load;
use crate::outcome::Outcome;
use crate::stack::Server;

const FUNCTIONS: [&str; 4] = ["login", "me", "refresh", "users"];
const PATIENCE: Duration = Duration::from_secs(3);

pub(super) async fn run(server: &mut Server) -> Result<Outcome, Error> {
    let stack = server.stack(2).await?;
    let load = Load::start(server, &stack, 8).await?;
    let rounds = if server.is_short { 3 } else { 10 };
    let (mut asked, mut ended, mut slowest) = (0, 0, Duration::ZERO);
    for _ in 0..rounds {
        tokio::time::sleep(Duration::from_millis(700)).await;
        for function in FUNCTIONS {
            for instance in stack.platform.instances(function).await {
                let begun = Instant::now();
                let index = instance.index;
                asked += 1;
                if stack.platform.terminate(function, index, PATIENCE).await? {
                    ended += 1;
                }
                slowest = slowest.max(begun.elapsed());
            }
        }
    }
    let by_platform = stack.samples.take();
    for _ in 0..rounds {
        tokio::time::sleep(Duration::from_millis(700)).await;
        for function in FUNCTIONS {
            if let Some(instance) = stack.platform.instances(function).await.first() {
                signal(instance.pid, Signal::SIGTERM)?;
            }
        }
    }
    tokio::time::sleep(Duration::from_secs(1)).await;
    let ledgers = load.finish().await;
    let by_others = stack.samples.take();
    let broken = by_others
        .iter()
        .filter(|sample| sample.status == 502)
        .count();
    let failed = by_platform
        .iter()
        .filter(|sample| !sample.is_success() && sample.status != 503)
        .count();
    let injected = format!(
        "{ended} instances ended by the platform, and {} by a SIGTERM that it does not know of",
        rounds * FUNCTIONS.len()
    );
    let samples = [by_platform, by_others].concat();
    // A connection that an ending process has not accepted cannot be told from one whose request it processed.
    let mut outcome = Outcome::of(injected, samples, &[502]);
    outcome.figure("failed, by the platform", failed);
    outcome.figure("502, not by the platform", broken);
    outcome.figure(
        "slowest end in ms",
        u64::try_from(slowest.as_millis()).unwrap_or(u64::MAX),
    );
    outcome.require(failed == 0, || {
        format!("{failed} requests failed although the platform stopped routing")
    });
    outcome.require(ended == asked && ended > 0, || {
        format!("{ended} of {asked} instances ended in time")
    });
    outcome.balance(compare(&server.owner_url(), &ledgers).await?);
    stack.platform.stop().await;
    Ok(outcome)
}
