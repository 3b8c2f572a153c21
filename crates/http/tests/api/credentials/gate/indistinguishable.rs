//! Whether an account exists cannot be told from what the throttle says, whichever of its rules speaks.

use std::net::IpAddr;

use super::{EMAIL, WRONG, counters, device, from_device, sign_in};
use crate::support::{Answer, Call, PASSWORD, TestApp};

/// What may be behind an address.
const KINDS: [&str; 5] = [
    "known",
    "unknown",
    "deactivated",
    "no password",
    "void password",
];

/// Counters at the edge stay there: a test need not be faster than the policy.
const HOUR: &str = "update login_throttle set blocked_until = blocked_until + interval '1 hour'";

async fn app_with(kind: &str) -> TestApp {
    let app = TestApp::new().await;
    if kind != "unknown" {
        let ada = app.person(EMAIL, &["user"]).await;
        let change = match kind {
            "deactivated" => "is_active = false",
            "no password" => "password_hash = null",
            // Chosen by somebody who does not exist any more.
            "void password" => "password_set_by = gen_random_uuid()",
            _ => "id = id",
        };
        let change = format!("update users set {change} where id = '{}'", ada.id);
        app.database.execute(&change).await;
    }
    app
}

/// What an outsider sees and could measure of one answer.
#[derive(Debug, PartialEq)]
struct Seen {
    status: u16,
    headers: Vec<String>,
    body: String,
    statements: i64,
    counters: usize,
}

/// The answers to a series of attempts.
struct Series<'a> {
    app: &'a TestApp,
    seen: Vec<Seen>,
}

impl Series<'_> {
    async fn send(&mut self, call: Call<'_>) {
        let before = self.app.statements().await;
        let answer = call.send().await;
        if answer.status == 429 {
            // Up to the second: the series take their time.
            assert!((3_000..=5_000).contains(&answer.retry_after()));
        }
        self.seen.push(Seen {
            status: answer.status.as_u16(),
            headers: headers(&answer),
            body: without_seconds(&answer),
            statements: self.app.statements().await - before,
            counters: counters(self.app).await.len(),
        });
    }

    /// Wrong passwords at the address from there.
    async fn fail(&mut self, times: usize, from: IpAddr) {
        for _ in 0..times {
            self.send(sign_in(self.app, EMAIL, WRONG, from)).await;
        }
    }

    /// Lets the one counter that says two say this.
    async fn two_become(&self, failures: i32) {
        let count = "select count(*) from login_throttle where failures = 2";
        assert_eq!(self.app.database.value::<i64>(count).await, 1);
        let more = format!("update login_throttle set failures = {failures} where failures = 2");
        self.app.database.execute(&more).await;
    }

    /// A failure that reaches the limit, and then everybody waits: who has the right password, too.
    async fn end(&mut self, last: IpAddr, refused: IpAddr) {
        self.fail(1, last).await;
        self.app.database.execute(HOUR).await;
        self.fail(1, refused).await;
        self.send(sign_in(self.app, EMAIL, PASSWORD, refused)).await;
        let end: Vec<_> = self.seen.iter().rev().take(3).map(|s| s.status).collect();
        assert_eq!(end, [429, 429, 401]);
    }
}

/// The body without the seconds that are left to wait, which pass meanwhile.
fn without_seconds(answer: &Answer) -> String {
    let body = answer.without_id();
    if answer.status != 429 {
        return body;
    }
    let left = format!("in {} seconds", answer.retry_after());
    assert!(body.contains(&left), "{body}");
    body.replace(&left, "later")
}

fn headers(answer: &Answer) -> Vec<String> {
    let headers = answer.headers.iter();
    let headers =
        headers.filter(|(name, _)| !["x-request-id", "retry-after"].contains(&name.as_str()));
    headers
        .map(|(name, value)| format!("{name}: {}", value.to_str().unwrap()))
        .collect()
}

fn network(number: u8) -> IpAddr {
    [192, 0, 2, number].into()
}

/// Fails unless the series is the same, whatever is behind the address.
async fn expect_same(rule: &str, run: impl AsyncFn(&mut Series<'_>)) {
    let mut all = Vec::new();
    for kind in KINDS {
        let app = app_with(kind).await;
        let mut series = Series {
            app: &app,
            seen: Vec::new(),
        };
        run(&mut series).await;
        all.push((kind, series.seen));
    }
    let (_, known) = &all[0];
    for (kind, seen) in &all {
        assert_eq!(seen, known, "{rule}: {kind}");
    }
}

#[tokio::test]
async fn one_account_from_one_network() {
    expect_same("account and network", async |series| {
        series.fail(4, network(1)).await;
        series.end(network(1), network(1)).await;
    })
    .await;
}

#[tokio::test]
async fn one_network_over_all_accounts() {
    expect_same("network", async |series| {
        for other in ["nobody1@example.com", "nobody2@example.com"] {
            let call = sign_in(series.app, other, WRONG, network(1));
            series.send(call).await;
        }
        series.two_become(49).await;
        series.end(network(1), network(1)).await;
    })
    .await;
}

#[tokio::test]
async fn one_site_over_all_accounts() {
    let place = |n| IpAddr::from([0x2001, 0xdb8, 7, n, 0, 0, 0, 1]);
    expect_same("site", async |series| {
        for n in 1..=2 {
            let other = format!("nobody{n}@example.com");
            series
                .send(sign_in(series.app, &other, WRONG, place(n)))
                .await;
        }
        series.two_become(499).await;
        series.end(place(3), place(4)).await;
    })
    .await;
}

#[tokio::test]
async fn one_account_over_all_networks_that_are_new_to_it() {
    expect_same("account, new networks", async |series| {
        series.fail(1, network(1)).await;
        series.fail(1, network(2)).await;
        series.two_become(99).await;
        series.end(network(3), network(4)).await;
    })
    .await;
}

#[tokio::test]
async fn one_account_over_all_networks_that_have_failed_at_it() {
    expect_same("account", async |series| {
        series.fail(3, network(1)).await;
        series.two_become(99).await;
        series.end(network(1), network(1)).await;
    })
    .await;
}

#[tokio::test]
async fn the_mark_of_another_accounts_device() {
    expect_same("device", async |series| {
        let app = series.app;
        app.person("eve@example.com", &["user"]).await;
        let eves = device(app, "eve@example.com").await;
        app.database.execute("delete from login_throttle").await;
        for _ in 0..4 {
            series.send(from_device(app, EMAIL, WRONG, &eves)).await;
        }
        series.send(from_device(app, EMAIL, WRONG, &eves)).await;
        app.database.execute(HOUR).await;
        series.send(from_device(app, EMAIL, PASSWORD, &eves)).await;
        assert_eq!(series.seen.last().map(|seen| seen.status), Some(429));
    })
    .await;
}
