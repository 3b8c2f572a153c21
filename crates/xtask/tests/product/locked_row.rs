//! A transaction of somebody else that holds a lock on one row.

use std::time::{Duration, Instant};

use futures_util::future::join;
use hallpass_core::db::APP_ROLE;
use hallpass_test_support::{accounts, client::send};
use hyper::{Request, StatusCode};
use serde_json::json;
use sqlx::{Connection as _, PgConnection};
use tokio::task::JoinSet;

use crate::test_app::{APP_PASSWORD, TestApp, database, functions};

/// More clients than the instance has connections.
const CLIENTS: usize = 12;

#[tokio::test]
async fn t39_a_locked_row_is_503_and_leaves_connections_to_other_requests() {
    let postgres = database().await;
    let mut foreign = PgConnection::connect(&postgres.superuser_url("postgres"))
        .await
        .unwrap();
    let locked = accounts::insert(&mut foreign, "bob@example.com", &["user"]).await;
    let url = postgres.url(APP_ROLE, APP_PASSWORD, "postgres");
    let platform = functions().env("DATABASE_URL", url).start().await.unwrap();
    let app = TestApp { postgres, platform };
    let (access, _) = app.sign_in().await;

    // The first use of an access token is recorded in its session. The changes must not be the first use.
    app.get("/api/me", &access).await;
    let mut lock = foreign.begin().await.unwrap();
    sqlx::query("select from hallpass.users where id = $1 for update")
        .bind(locked)
        .execute(&mut *lock)
        .await
        .unwrap();
    let change = |name: &str| {
        Request::patch(app.address(&format!("/api/users/{locked}")))
            .header("authorization", format!("Bearer {access}"))
            .header("content-type", "application/json")
            .header("if-match", "*")
            .body(json!({ "name": name }).to_string())
            .unwrap()
    };
    let mut changes = JoinSet::new();
    for _ in 0..CLIENTS {
        changes.spawn(send(change("Robert")));
    }
    // The first changes wait for the lock by now.
    tokio::time::sleep(Duration::from_millis(300)).await;
    let started = Instant::now();
    let others = async {
        for _ in 0..10 {
            let answer = app.get("/api/users?pageSize=5", &access).await;
            assert_eq!(answer.status, StatusCode::OK, "{answer:?}");
        }
        started.elapsed()
    };
    let (changes, others) = join(changes.join_all(), others).await;
    for answer in &changes {
        assert_eq!(answer.status, StatusCode::SERVICE_UNAVAILABLE, "{answer:?}");
        assert!(answer.headers.contains_key("retry-after"));
    }
    // A statement that has waited for the lock is not repeated.
    let is_repeated = |text: &str| {
        let once = ["\"db_statements\":0", "\"db_statements\":1"];
        text.contains("\"status\":503") && !once.iter().any(|count| text.contains(count))
    };
    let logs = app.platform.logs();
    assert!(!logs.iter().any(|line| is_repeated(&line.text)), "{logs:?}");
    // They did not wait for the changes, which take longer than `lock_timeout`.
    assert!(others < started.elapsed() / 2, "{others:?}");
    lock.rollback().await.unwrap();
    let answer = send(change("Bobby")).await;
    assert_eq!(answer.status, StatusCode::OK, "{answer:?}");
    app.stop().await;
}
