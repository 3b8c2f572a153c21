//! Far more sign-ins at the same moment than passwords can be hashed.

use std::path::PathBuf;
use std::time::Duration;

use futures_util::future::{join, join_all};
use hallpass_platform::Error;

use crate::outcome::Outcome;
use crate::samples::quantile;
use crate::stack::{Server, Stack, log_in};

/// Memory of one password hash in KiB.
const HASH: u64 = 19 * 1024;
/// What a burst may add to the memory of an instance besides, in KiB.
const SLACK: u64 = 16 * 1024;
/// Hashes at the same time.
const PERMITS: &str = "2";

pub(super) async fn run(server: &mut Server) -> Result<Outcome, Error> {
    let proxy = hallpass_platform::Proxy::before(server.address()).await?;
    let url = proxy.in_url(&server.app_url());
    let permits = [("HALLPASS_HASH_PERMITS", PERMITS)];
    let stack = server.stack_at(1, proxy, url, &permits).await?;
    let mut emails = Vec::new();
    for number in 0..10 {
        let client = stack.client(number);
        emails.push(server.sign_in(&client, "user").await?.email);
    }
    stack.samples.take();
    // A new process has hashed nothing yet.
    stack.platform.recycle().await;
    stack.platform.warm("login", 0).await?;
    let base = memory(&stack, "VmRSS").await?;
    let bursts = if server.is_short { 1 } else { 3 };
    for _ in 0..bursts {
        let burst = (0..300_u16).map(|number| {
            let client = stack.client(number);
            let email = &emails[usize::from(number) % emails.len()];
            async move { log_in(&client, email).await }
        });
        join(join_all(burst), watch_health(&stack)).await;
    }
    let peak = memory(&stack, "VmHWM").await?;
    let injected =
        format!("{bursts} × 300 sign-ins at once, 10 accounts, {PERMITS} hashes at a time");
    // The throttle may refuse some of so many for one account.
    let mut outcome = Outcome::of(injected, stack.samples.take(), &[429]);
    let mut health = outcome.samples.clone();
    health.retain(|sample| sample.kind == "health");
    let p99 = quantile(&health, 0.99).as_millis();
    outcome.figure("/health p99 in ms", u64::try_from(p99).unwrap_or(u64::MAX));
    let mut refused = outcome.samples.clone();
    refused.retain(|sample| sample.kind == "sign in" && sample.status == 503);
    outcome.figure("refused", refused.len());
    let slowest = quantile(&refused, 1.0).as_millis();
    outcome.figure(
        "slowest refusal in ms",
        u64::try_from(slowest).unwrap_or(u64::MAX),
    );
    outcome.figure("memory before in MiB", base / 1024);
    outcome.figure("peak in MiB", peak / 1024);
    let (_, succeeded) = outcome.successes("sign in");
    outcome.require(succeeded > 0, || "nobody could sign in".to_owned());
    let bound = base + 2 * HASH + SLACK;
    outcome.figure("bound in MiB", bound / 1024);
    outcome.require(peak <= bound, || format!("{} MiB of memory", peak / 1024));
    stack.platform.stop().await;
    Ok(outcome)
}

async fn watch_health(stack: &Stack) {
    let client = stack.client(400);
    for _ in 0..20 {
        client.get("health", "/health", None).await;
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

/// A value of `/proc/PID/status` of the first instance of `login`, in KiB.
async fn memory(stack: &Stack, name: &str) -> Result<u64, Error> {
    let instances = stack.platform.instances("login").await;
    let pid = instances.first().map(|instance| instance.pid);
    let path = PathBuf::from(format!("/proc/{}/status", pid.unwrap_or_default()));
    let text = std::fs::read_to_string(&path).map_err(Error::file(&path))?;
    let line = text.lines().find(|line| line.starts_with(name));
    let value = line.and_then(|line| line.split_whitespace().nth(1)?.parse().ok());
    value.ok_or_else(|| Error::Message(format!("{} has no {name}", path.display())))
}
