//! A network that goes silent: connections stay open, and nothing arrives any more.

use std::net::{Ipv4Addr, SocketAddr};
use std::time::{Duration, Instant};

use futures_util::future::join_all;
use hallpass_platform::{Direction, Proxy};
use hallpass_test_support::Answer;
use hyper::{Request, StatusCode};
use serde_json::json;

use crate::test_app::{TestApp, database, functions};

/// The most that a client may have to wait for any response.
const LONGEST: Duration = Duration::from_secs(9);

/// The functions, which reach the database through a proxy.
async fn behind_a_proxy() -> (TestApp, Proxy) {
    let postgres = database().await;
    let server = SocketAddr::from((Ipv4Addr::LOCALHOST, postgres.port()));
    let proxy = Proxy::before(server).await.unwrap();
    let url = proxy.in_url(&postgres.superuser_url("postgres"));
    let platform = functions().env("DATABASE_URL", url).start().await.unwrap();
    (TestApp { postgres, platform }, proxy)
}

/// Opens every connection of the instance. All of them were then used within the last second, so they are trusted.
async fn open_all_connections(app: &TestApp, access_token: &str) {
    let calls = join_all((0..12).map(|_| app.get("/api/me", access_token))).await;
    assert!(calls.iter().all(|answer| answer.status == StatusCode::OK));
    // A connection is returned to the pool just after the response.
    tokio::time::sleep(Duration::from_millis(100)).await;
}

async fn rename(app: &TestApp, access_token: &str) -> Answer {
    let request = Request::patch(app.address("/api/me"))
        .header("authorization", format!("Bearer {access_token}"))
        .header("content-type", "application/json");
    let body = json!({ "name": "Ada" }).to_string();
    hallpass_test_support::client::send(request.body(body).unwrap()).await
}

#[tokio::test]
async fn t32_an_idempotent_statement_on_a_silent_connection_is_repeated_on_another() {
    let (app, proxy) = behind_a_proxy().await;
    let (access, _) = app.sign_in().await;
    open_all_connections(&app, &access).await;
    proxy.silence_open(Direction::Both);
    let started = Instant::now();
    let calls = join_all((0..3).map(|_| app.get("/api/me", &access))).await;
    assert!(started.elapsed() < LONGEST);
    for answer in calls {
        assert_eq!(answer.status, StatusCode::OK, "{answer:?}");
    }
    app.stop().await;
}

#[tokio::test]
async fn t32_requests_that_ended_at_their_deadline_do_not_keep_their_connections() {
    let (app, proxy) = behind_a_proxy().await;
    let (access, _) = app.sign_in().await;
    open_all_connections(&app, &access).await;
    proxy.silence_open(Direction::ToClient);
    let started = Instant::now();
    let changes = join_all((0..4).map(|_| rename(&app, &access))).await;
    assert!(started.elapsed() < LONGEST);
    for answer in changes {
        assert_eq!(answer.status, StatusCode::SERVICE_UNAVAILABLE, "{answer:?}");
        assert!(answer.headers.contains_key("retry-after"));
    }
    // The old connections stay silent, and new ones work.
    let answer = app.get("/api/me", &access).await;
    assert_eq!(answer.status, StatusCode::OK, "{answer:?}");
    let answer = rename(&app, &access).await;
    assert_eq!(answer.status, StatusCode::OK, "{answer:?}");
    app.stop().await;
}

#[tokio::test]
async fn t32_connections_that_fall_silent_after_their_last_answer_are_given_up() {
    let (app, proxy) = behind_a_proxy().await;
    let (access, _) = app.sign_in().await;
    for _ in 0..3 {
        // Some of the connections are being tested on their way back to the pool.
        let calls = join_all((0..12).map(|_| app.get("/api/me", &access)));
        assert!(
            calls
                .await
                .iter()
                .all(|answer| answer.status == StatusCode::OK)
        );
        proxy.silence_open(Direction::ToClient);
        // Longer than connections are trusted.
        tokio::time::sleep(Duration::from_millis(1200)).await;
        let answer = app.get("/api/me", &access).await;
        assert_eq!(answer.status, StatusCode::OK, "{answer:?}");
    }
    app.stop().await;
}
