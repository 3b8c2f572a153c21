//! The database goes away, and comes back.

use std::time::Duration;

use hyper::StatusCode;
use serde_json::json;

use crate::stack::{Stack, text};

#[tokio::test]
async fn t33_a_crashed_database_is_503_and_signs_nobody_out() {
    let mut stack = Stack::start(1).await;
    let (access, refresh) = stack.sign_in().await;
    assert_eq!(stack.get("/api/me", &access).await.status, StatusCode::OK);
    stack.postgres.crash().await.unwrap();
    for answer in [
        stack.get("/api/me", &access).await,
        stack
            .post("/api/refresh", &json!({ "refreshToken": refresh }))
            .await,
    ] {
        assert_eq!(answer.status, StatusCode::SERVICE_UNAVAILABLE, "{answer:?}");
        assert!(answer.headers.contains_key("retry-after"));
        assert!(!answer.headers.contains_key("set-cookie"));
    }
    stack.postgres.restart().await.unwrap();
    let again = stack
        .post("/api/refresh", &json!({ "refreshToken": refresh }))
        .await;
    assert_eq!(again.status, StatusCode::OK, "{again:?}");
    assert_eq!(
        stack
            .get("/api/me", &text(&again, "accessToken"))
            .await
            .status,
        StatusCode::OK
    );
    stack.stop().await;
}

#[tokio::test]
async fn t34_dead_connections_are_not_used_after_a_freeze() {
    let stack = Stack::start(1).await;
    let (access, _) = stack.sign_in().await;
    assert_eq!(stack.get("/api/me", &access).await.status, StatusCode::OK);
    // The connection goes back to the pool just after the answer; Vercel freezes no earlier than that.
    tokio::time::sleep(Duration::from_millis(300)).await;
    stack.platform.freeze("me", 0).await.unwrap();
    let terminate = "select pg_terminate_backend(pid) from pg_stat_activity where pid <> pg_backend_pid() \
                     and backend_type = 'client backend'";
    stack.postgres.execute("postgres", terminate).await.unwrap();
    // Longer than a connection is trusted without a look.
    tokio::time::sleep(Duration::from_millis(1500)).await;
    for _ in 0..10 {
        let answer = stack.get("/api/me", &access).await;
        assert_eq!(answer.status, StatusCode::OK, "{answer:?}");
    }
    // A dead connection that was used would have cost a second try.
    let logs = stack.platform.logs();
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
    stack.stop().await;
}
