//! Password guesses: in parallel, at several instances, with spoofed client addresses.

use std::net::{IpAddr, Ipv4Addr};

use futures_util::future::join_all;
use http_body_util::{BodyExt as _, Full};
use hyper::body::Bytes;
use hyper::header::HeaderName;
use hyper::{Request, StatusCode};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use sqlx::{Connection as _, PgConnection};

use crate::test_app::{PASSWORD, TestApp, credentials};

/// Extends each block by an hour, so that the test does not depend on how fast it runs.
const EXTEND_DELAYS: &str = "create function extend_delay() returns trigger language plpgsql as $$ \
     begin new.blocked_until := new.blocked_until + interval '1 hour'; return new; end $$; \
     create trigger extend_delay before update of blocked_until on hallpass.login_throttle \
     for each row when (new.blocked_until is not null) execute function extend_delay()";
/// Headers with the client's address that clients and proxies send.
const SPOOFED: [&str; 8] = [
    "x-real-ip",
    "x-forwarded-for",
    "x-vercel-forwarded-for",
    "x-client-ip",
    "true-client-ip",
    "cf-connecting-ip",
    "fastly-client-ip",
    "x-cluster-client-ip",
];

/// Signs in from an address of this machine, with headers that name another address.
async fn attempt(app: &TestApp, from: IpAddr, claimed: &str, password: &str) -> StatusCode {
    let mut request = Request::post(app.address("/api/login"))
        .header("content-type", "application/json")
        .header("forwarded", format!("for={claimed};proto=https"));
    for name in SPOOFED {
        request = request.header(HeaderName::from_static(name), claimed);
    }
    let body = Full::new(Bytes::from(credentials(password).to_string()));
    let mut connector = HttpConnector::new();
    connector.set_local_address(Some(from));
    let client = Client::builder(TokioExecutor::new()).build::<_, Full<Bytes>>(connector);
    let response = client.request(request.body(body).unwrap()).await.unwrap();
    let status = response.status();
    response.into_body().collect().await.unwrap();
    status
}

async fn number(app: &TestApp, query: &'static str) -> i64 {
    let url = app.postgres.superuser_url("postgres");
    let mut connection = PgConnection::connect(&url).await.unwrap();
    sqlx::query_scalar(query)
        .fetch_one(&mut connection)
        .await
        .unwrap()
}

#[tokio::test]
async fn t13_only_five_of_five_hundred_parallel_guesses_are_verified() {
    let app = TestApp::start(4).await;
    for instance in 0..4 {
        app.platform.warm("login", instance).await.unwrap();
    }
    app.postgres
        .execute("postgres", EXTEND_DELAYS)
        .await
        .unwrap();
    let here = IpAddr::from(Ipv4Addr::LOCALHOST);
    let claimed: Vec<_> = (0..500)
        .map(|i| format!("203.0.{}.{}", i / 250, i % 250))
        .collect();
    let guesses = claimed
        .iter()
        .map(|claimed| attempt(&app, here, claimed, "not the password"));
    let statuses = join_all(guesses).await;
    let of = |status| statuses.iter().filter(|one| **one == status).count();
    assert_eq!(of(StatusCode::UNAUTHORIZED), 5, "{statuses:?}");
    // Some requests may fail because no connection is free. Their responses do not depend on the password.
    let refused = of(StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(
        5 + refused + of(StatusCode::SERVICE_UNAVAILABLE),
        500,
        "{statuses:?}"
    );
    assert!(refused >= 250, "{statuses:?}");
    assert_eq!(app.platform.instances("login").await.len(), 4);
    for (counted, expected) in [
        (
            "select max(failures)::bigint from hallpass.login_throttle",
            5,
        ),
        // Five for the network, five for the account from this network, and five for the account, which has two
        // counters: how many of the attempts came before the network was known to have failed depends on the machine.
        (
            "select sum(failures)::bigint from hallpass.login_throttle",
            15,
        ),
        (
            "select count(*) from hallpass.audit_events where event = 'login_failed'",
            5,
        ),
    ] {
        assert_eq!(number(&app, counted).await, expected, "{counted}");
    }
    let judged = |line: &str| line.contains("\"code\":\"invalid_credentials\"");
    let logs = app.platform.logs();
    assert_eq!(logs.iter().filter(|line| judged(&line.text)).count(), 5);

    // The correct password is refused from this address, and accepted from another one.
    let right = |from, claimed| attempt(&app, from, claimed, PASSWORD);
    assert_eq!(
        right(here, "198.51.100.7").await,
        StatusCode::TOO_MANY_REQUESTS
    );
    let elsewhere = Ipv4Addr::new(127, 0, 0, 2).into();
    assert_eq!(right(elsewhere, "127.0.0.1").await, StatusCode::OK);
    assert_eq!(
        right(here, "127.0.0.2").await,
        StatusCode::TOO_MANY_REQUESTS
    );
    app.stop().await;
}
