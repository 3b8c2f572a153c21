//! Throttled responses do not reveal whether an account exists, whichever limit was reached.

use std::net::IpAddr;

use super::{EMAIL, WRONG, counters, device, from_device, sign_in};
use crate::support::{Answer, Call, PASSWORD, TestApp};

/// States of the account of an e-mail address, the first being an account that can sign in.
const KINDS: [&str; 5] = [
    "known",
    "unknown",
    "deactivated",
    "no password",
    "void password",
];

/// Extends every wait by an hour, so that no wait ends while a slow test runs.
const HOUR: &str = "update login_throttle set blocked_until = blocked_until + interval '1 hour'";

async fn app_with(kind: &str) -> TestApp {
    let app = TestApp::new().await;
    if kind != "unknown" {
        let ada = app.person(EMAIL, &["user"]).await;
        let change = match kind {
            "deactivated" => "is_active = false",
            "no password" => "password_hash = null",
            // The password was chosen by a user who no longer exists.
            "void password" => "password_set_by = gen_random_uuid()",
            _ => "id = id",
        };
        let change = format!("update users set {change} where id = '{}'", ada.id);
        app.database.execute(&change).await;
    }
    app
}

/// What an outsider can see of a response, and the work behind it that could be measured.
#[derive(Debug, PartialEq)]
struct Seen {
    status: u16,
    headers: Vec<String>,
    body: String,
    statements: i64,
    counters: usize,
}

/// The responses to a series of attempts.
struct Series<'a> {
    app: &'a TestApp,
    seen: Vec<Seen>,
}

impl Series<'_> {
    async fn send(&mut self, call: Call<'_>) {
        let before = self.app.statements().await;
        let answer = call.send().await;
        if answer.status == 429 {
            // A range, because the time that a series takes is subtracted.
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

    /// Sends wrong passwords for the address from a network.
    async fn fail(&mut self, times: usize, from: IpAddr) {
        for _ in 0..times {
            self.send(sign_in(self.app, EMAIL, WRONG, from)).await;
        }
    }

    /// Sets the only counter with two failures to this number of failures.
    async fn two_become(&self, failures: i32) {
        let count = "select count(*) from login_throttle where failures = 2";
        assert_eq!(self.app.database.value::<i64>(count).await, 1);
        let more = format!("update login_throttle set failures = {failures} where failures = 2");
        self.app.database.execute(&more).await;
    }

    /// Sends the failure that reaches the limit. Afterwards every attempt is refused, even with the right password.
    async fn end(&mut self, last: IpAddr, refused: IpAddr) {
        self.fail(1, last).await;
        self.app.database.execute(HOUR).await;
        self.fail(1, refused).await;
        self.send(sign_in(self.app, EMAIL, PASSWORD, refused)).await;
        let end: Vec<_> = self.seen.iter().rev().take(3).map(|s| s.status).collect();
        assert_eq!(end, [429, 429, 401]);
    }
}

/// The body without the number of seconds to wait, which differs between the series.
fn without_seconds(answer: &Answer) -> String {
    let body = answer.without_request_id();
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

/// Fails unless a series of attempts gives the same responses for every state of the account.
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
async fn throttling_by_account_and_network_does_not_reveal_the_account() {
    expect_same("account and network", async |series| {
        series.fail(4, network(1)).await;
        series.end(network(1), network(1)).await;
    })
    .await;
}

#[tokio::test]
async fn throttling_by_network_does_not_reveal_the_account() {
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
async fn throttling_by_site_does_not_reveal_the_account() {
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
async fn throttling_by_account_from_new_networks_does_not_reveal_the_account() {
    expect_same("account, new networks", async |series| {
        series.fail(1, network(1)).await;
        series.fail(1, network(2)).await;
        series.two_become(99).await;
        series.end(network(3), network(4)).await;
    })
    .await;
}

#[tokio::test]
async fn throttling_by_account_from_failing_networks_does_not_reveal_the_account() {
    expect_same("account", async |series| {
        series.fail(3, network(1)).await;
        series.two_become(99).await;
        series.end(network(1), network(1)).await;
    })
    .await;
}

#[tokio::test]
async fn throttling_by_a_foreign_device_mark_does_not_reveal_the_account() {
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
