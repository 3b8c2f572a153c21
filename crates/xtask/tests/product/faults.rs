//! The database crashes, is restarted, or ends connections.

use std::time::Duration;

use futures_util::future::join_all;
use hyper::StatusCode;
use serde_json::json;
use sqlx::{Connection as _, PgConnection};

use crate::test_app::TestApp;

#[tokio::test]
async fn t33_a_crashed_database_is_503_and_signs_nobody_out() {
    let mut app = TestApp::start(1).await;
    let (access, refresh) = app.sign_in().await;
    assert_eq!(app.get("/api/me", &access).await.status, StatusCode::OK);
    app.postgres.crash().await.unwrap();
    for answer in [
        app.get("/api/me", &access).await,
        app.post("/api/refresh", &json!({ "refreshToken": refresh }))
            .await,
    ] {
        assert_eq!(answer.status, StatusCode::SERVICE_UNAVAILABLE, "{answer:?}");
        assert!(answer.headers.contains_key("retry-after"));
        assert!(!answer.headers.contains_key("set-cookie"));
    }
    app.postgres.restart().await.unwrap();
    let again = app
        .post("/api/refresh", &json!({ "refreshToken": refresh }))
        .await;
    assert_eq!(again.status, StatusCode::OK, "{again:?}");
    assert_eq!(
        app.get("/api/me", &again.field("accessToken")).await.status,
        StatusCode::OK
    );
    app.stop().await;
}

#[tokio::test]
async fn t31_a_retry_does_not_use_another_connection_that_died_with_the_first() {
    let app = TestApp::start(1).await;
    let (access, _) = app.sign_in().await;
    let url = app.postgres.superuser_url("postgres");
    let mut observer = PgConnection::connect(&url).await.unwrap();
    for path in ["/api/me", "/api/users", "/health", "/api/me"] {
        let calls = join_all((0..12).map(|_| app.get(path, &access))).await;
        assert!(calls.iter().all(|answer| answer.status == StatusCode::OK));
        // The connections are returned to the pool just after the responses.
        tokio::time::sleep(Duration::from_millis(100)).await;
        let terminate = "select count(pg_terminate_backend(pid)) from pg_stat_activity \
                         where pid <> pg_backend_pid() and backend_type = 'client backend'";
        let ended: i64 = sqlx::query_scalar(terminate)
            .fetch_one(&mut observer)
            .await
            .unwrap();
        assert!(ended > 1, "{ended}");
        let answer = app.get(path, &access).await;
        assert_eq!(answer.status, StatusCode::OK, "{path}: {answer:?}");
    }
    app.stop().await;
}

#[tokio::test]
async fn t34_dead_connections_are_not_used_after_a_freeze() {
    let app = TestApp::start(1).await;
    let (access, _) = app.sign_in().await;
    assert_eq!(app.get("/api/me", &access).await.status, StatusCode::OK);
    // The connection is returned to the pool just after the response. Vercel does not freeze an instance earlier than
    // that.
    tokio::time::sleep(Duration::from_millis(300)).await;
    app.platform.freeze("me", 0).await.unwrap();
    let terminate = "select pg_terminate_backend(pid) from pg_stat_activity where pid <> pg_backend_pid() \
                     and backend_type = 'client backend'";
    app.postgres.execute("postgres", terminate).await.unwrap();
    // Longer than the time after which a connection is checked before it is used.
    tokio::time::sleep(Duration::from_millis(1500)).await;
    for _ in 0..10 {
        let answer = app.get("/api/me", &access).await;
        assert_eq!(answer.status, StatusCode::OK, "{answer:?}");
    }
    // If a dead connection had been used, the statement would have been retried.
    let logs = app.platform.logs();
    let tries: Vec<_> = logs
        .iter()
        .filter(|line| line.text.contains("\"route\":\"/api/me\""))
        .collect();
    assert_eq!(tries.len(), 11);
    assert!(
        tries
            .iter()
            .all(|line| line.text.contains("\"db_statements\":1")),
        "{tries:?}"
    );
    app.stop().await;
}
