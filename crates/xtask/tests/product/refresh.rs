//! Refreshing tokens over HTTP: with several instances, and with responses that do not arrive.

use std::net::{Ipv4Addr, SocketAddr};
use std::time::Duration;

use futures_util::future::join_all;
use hallpass_platform::Proxy;
use hallpass_test_support::{Answer, eventually};
use hyper::StatusCode;
use serde_json::json;
use sqlx::{AssertSqlSafe, Connection as _, PgConnection};
use tokio::io::AsyncWriteExt as _;
use tokio::net::TcpStream;

use crate::test_app::{TestApp, database, functions};

const ROUNDS: u32 = 40;

async fn refresh(app: &TestApp, token: &str) -> Answer {
    let body = json!({ "refreshToken": token });
    app.post("/api/refresh", &body).await
}

/// The single value that a query returns.
async fn count(app: &TestApp, query: &'static str) -> i64 {
    let url = app.postgres.superuser_url("postgres");
    let mut connection = PgConnection::connect(&url).await.unwrap();
    sqlx::query_scalar(AssertSqlSafe(query))
        .fetch_one(&mut connection)
        .await
        .unwrap()
}

async fn generation(app: &TestApp) -> i64 {
    count(app, "select generation::bigint from hallpass.sessions").await
}

/// Number of recorded reuse events, and of all events except `refresh_refused`.
async fn events(app: &TestApp) -> (i64, i64) {
    let thefts = "select count(*) from hallpass.audit_events where event = 'refresh_reuse'";
    let all = "select count(*) from hallpass.audit_events where event <> 'refresh_refused'";
    (count(app, thefts).await, count(app, all).await)
}

#[tokio::test]
async fn t01_parallel_refreshes_over_several_instances_get_the_same_successor() {
    let app = TestApp::start(3).await;
    let (_, mut token) = app.sign_in().await;
    for round in 1..=ROUNDS {
        let answers = join_all((0..20).map(async |_| {
            let delay = u64::from(getrandom::u32().unwrap() % 20);
            tokio::time::sleep(Duration::from_millis(delay)).await;
            refresh(&app, &token).await
        }));
        let successors: Vec<_> = answers
            .await
            .iter()
            .map(|a| a.field("refreshToken"))
            .collect();
        let next = successors[0].clone();
        assert!(next != token && successors.iter().all(|successor| *successor == next));
        assert_eq!(generation(&app).await, i64::from(round));
        token = next;
    }
    assert_eq!(
        app.platform.instances("refresh").await.len(),
        3,
        "all instances took part"
    );
    assert_eq!(events(&app).await, (0, 1), "nothing but the sign-in");
    app.stop().await;
}

/// Sends a refresh, and closes the connection without reading the response once the change is stored.
async fn refresh_and_hang_up(app: &TestApp, token: &str, stored: &'static str) {
    let body = json!({ "refreshToken": token }).to_string();
    let length = body.len();
    let request = format!(
        "POST /api/refresh HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n\
         Content-Length: {length}\r\n\r\n{body}"
    );
    let gateway = SocketAddr::from((Ipv4Addr::LOCALHOST, app.platform.port()));
    let mut socket = TcpStream::connect(gateway).await.unwrap();
    socket.write_all(request.as_bytes()).await.unwrap();
    eventually(stored, async || count(app, stored).await == 1).await;
}

#[tokio::test]
async fn t40_a_response_lost_on_its_way_to_the_client_is_repeated() {
    let app = TestApp::start(2).await;
    let (_, first) = app.sign_in().await;
    let rotated = "select count(*) from hallpass.sessions where generation = 1";
    refresh_and_hang_up(&app, &first, rotated).await;
    let repeated = refresh(&app, &first).await.field("refreshToken");
    assert_eq!(refresh(&app, &first).await.field("refreshToken"), repeated);
    assert_eq!((generation(&app).await, events(&app).await), (1, (0, 1)));
    let next = refresh(&app, &repeated).await;
    assert_eq!(next.status, StatusCode::OK, "{next:?}");
    // The same for a response that refuses the token.
    let ended = "select count(*) from hallpass.sessions where revoked_reason = 'refresh_reuse'";
    refresh_and_hang_up(&app, &first, ended).await;
    for token in [&first, &repeated, &next.field("refreshToken")] {
        let answer = refresh(&app, token).await;
        assert_eq!(answer.status, StatusCode::UNAUTHORIZED, "{answer:?}");
    }
    assert_eq!(events(&app).await, (1, 2), "the theft is written down once");
    app.stop().await;
}

#[tokio::test]
async fn t40_a_response_lost_between_database_and_function_is_recovered_by_a_retry() {
    let postgres = database().await;
    let server = SocketAddr::from((Ipv4Addr::LOCALHOST, postgres.port()));
    let proxy = Proxy::before(server).await.unwrap();
    let url = proxy.in_url(&postgres.superuser_url("postgres"));
    let platform = functions().env("DATABASE_URL", url).start().await.unwrap();
    let app = TestApp { postgres, platform };
    let (_, first) = app.sign_in().await;
    // The connection is open and the statement is prepared, so the next response with one row is that of the refresh.
    let second = refresh(&app, &first).await.field("refreshToken");
    proxy.lose_the_next_answer();
    let third = refresh(&app, &second).await.field("refreshToken");
    assert_eq!(
        proxy.lost_answers(),
        1,
        "the answer after the commit was lost"
    );
    assert_eq!(
        generation(&app).await,
        2,
        "and the statement run again found it"
    );
    assert_eq!(refresh(&app, &second).await.field("refreshToken"), third);
    proxy.lose_the_next_answer();
    let replay = refresh(&app, &first).await;
    assert_eq!(replay.status, StatusCode::UNAUTHORIZED, "{replay:?}");
    assert_eq!(proxy.lost_answers(), 2);
    assert_eq!(events(&app).await, (1, 2), "the theft is written down once");
    app.stop().await;
}
