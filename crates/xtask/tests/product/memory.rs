//! Peak memory of a function that hashes passwords.

use std::collections::BTreeMap;
use std::fs;
use std::net::Ipv4Addr;

use futures_util::future::join_all;
use hallpass_platform::Postgres;
use hallpass_test_support::client::send_from;
use hallpass_test_support::{Answer, accounts};
use hyper::Request;
use serde_json::{Value, json};
use sqlx::{Connection as _, PgConnection};

use crate::test_app::{EMAIL, PASSWORD, TestApp, functions, migrate};

/// Hashes that a function computes at the same time, and the memory of each in MiB.
const PERMITS: u32 = 2;
const HASH: f64 = 19.0;
/// Hashes that even a busy machine computes before the deadline of the requests: each permit is used several times.
const HASHED: usize = 8;
/// What requests themselves may take in MiB: their connections, bodies and answers.
const REQUESTS: f64 = 16.0;

#[tokio::test]
async fn t24_three_hundred_sign_ins_at_once_take_no_more_memory_than_the_permits() {
    let (app, emails) = start().await;
    app.platform.warm("login", 0).await.unwrap();
    let before = app.peak("login").await;
    let sign_ins = (0..300).map(|number| {
        let email = &emails[number % emails.len()];
        let body = json!({ "email": email, "password": PASSWORD, "delivery": "body" });
        app.post_from(number, "/api/login", "", body)
    });
    let answers = statuses(&join_all(sign_ins).await);
    assert!(answers[&200] >= HASHED, "{answers:?}");
    assert!(answers.keys().all(|status| [200, 503].contains(status)));
    app.assert_bounded("login", before).await;
    app.stop().await;
}

#[tokio::test]
async fn t24_creating_accounts_with_passwords_takes_no_more_memory_than_the_permits() {
    let (app, _) = start().await;
    let (token, _) = app.sign_in().await;
    app.get("/api/users", &token).await.expect(200);
    let before = app.peak("users").await;
    let bearer = format!("Bearer {token}");
    let creations = (0..60).map(|number| {
        let email = format!("grace{number}@example.com");
        let body =
            json!({ "email": email, "name": "Grace", "roles": ["user"], "password": PASSWORD });
        app.post_from(number, "/api/users", &bearer, body)
    });
    let answers = statuses(&join_all(creations).await);
    assert!(answers[&201] >= HASHED, "{answers:?}");
    assert!(answers.keys().all(|status| [201, 503].contains(status)));
    app.assert_bounded("users", before).await;
    app.stop().await;
}

/// A database with ten accounts besides the administrator's, and their addresses.
async fn start() -> (TestApp, Vec<String>) {
    let postgres = Postgres::temporary().start().await.unwrap();
    migrate(&postgres, "postgres").await;
    let url = postgres.superuser_url("postgres");
    let mut owner = PgConnection::connect(&url).await.unwrap();
    let mut emails = vec![EMAIL.to_owned()];
    for number in 0..10 {
        let email = format!("user{number}@example.com");
        accounts::insert(&mut owner, &email, &["user"]).await;
        emails.push(email);
    }
    owner.close().await.unwrap();
    let platform = functions()
        .env("DATABASE_URL", url)
        .env("HALLPASS_HASH_PERMITS", PERMITS.to_string())
        .start()
        .await
        .unwrap();
    (TestApp { postgres, platform }, emails)
}

fn statuses(answers: &[Answer]) -> BTreeMap<u16, usize> {
    let mut counts = BTreeMap::new();
    for answer in answers {
        *counts.entry(answer.status.as_u16()).or_default() += 1;
    }
    counts
}

impl TestApp {
    /// Sends the request from an address of its own, so that no rule for a network refuses it.
    async fn post_from(
        &self,
        number: usize,
        path: &str,
        authorization: &str,
        body: Value,
    ) -> Answer {
        let [.., high, low] = number.to_be_bytes();
        let request = Request::post(self.address(path))
            .header("content-type", "application/json")
            .header("authorization", authorization);
        let request = request.body(body.to_string()).unwrap();
        send_from(Ipv4Addr::new(127, 1, high, low), request).await
    }

    /// Peak memory of the function's only process in MiB.
    async fn peak(&self, function: &str) -> f64 {
        let pid = self.platform.instances(function).await[0].pid;
        let status = fs::read_to_string(format!("/proc/{pid}/status")).unwrap();
        let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
        let kibibytes = line.unwrap().trim().strip_suffix(" kB").unwrap();
        kibibytes.parse::<f64>().unwrap() / 1024.0
    }

    async fn assert_bounded(&self, function: &str, before: f64) {
        let (peak, limit) = (
            self.peak(function).await,
            before + f64::from(PERMITS) * HASH + REQUESTS,
        );
        assert!(
            peak <= limit,
            "{function}: {peak:.1} MiB, at most {limit:.1} MiB"
        );
    }
}
