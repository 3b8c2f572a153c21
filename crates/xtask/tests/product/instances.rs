//! Several instances of the functions, which are killed and terminated.

use hyper::StatusCode;
use serde_json::json;

use crate::test_app::{PASSWORD, TestApp, credentials};

const FUNCTIONS: [&str; 8] = [
    "login", "refresh", "logout", "users", "me", "keys", "recovery", "health",
];

#[tokio::test]
async fn t07_killing_all_instances_loses_no_session_and_restores_none() {
    let app = TestApp::start(2).await;
    let (live, live_refresh) = app.sign_in().await;
    let (ended, refresh) = app.sign_in().await;
    // Starts an instance of every function that can be killed.
    for function in FUNCTIONS {
        for index in 0..2 {
            app.platform.warm(function, index).await.unwrap();
        }
    }
    let left = app
        .post("/api/logout", &json!({ "refreshToken": refresh }))
        .await;
    assert_eq!(left.status, StatusCode::NO_CONTENT);
    for _ in 0..5 {
        app.post("/api/login", &credentials("wrong wrong wrong"))
            .await;
    }
    // After the fifth failure, the block lasts a second. It is extended so that it is still active after all functions
    // have started again.
    let stretched =
        "update hallpass.login_throttle set blocked_until = blocked_until + interval '1 hour'";
    app.postgres.execute("postgres", stretched).await.unwrap();
    for function in FUNCTIONS {
        let instances = app.platform.instances(function).await;
        assert_eq!(instances.len(), 2, "{function}");
        for instance in instances {
            app.platform.kill(function, instance.index).await.unwrap();
        }
    }
    for (access, refresh, status) in [
        (&live, &live_refresh, StatusCode::OK),
        (&ended, &refresh, StatusCode::UNAUTHORIZED),
    ] {
        assert_eq!(app.get("/api/me", access).await.status, status);
        let body = json!({ "refreshToken": refresh });
        let refreshed = app.post("/api/refresh", &body).await;
        assert_eq!(refreshed.status, status, "{refreshed:?}");
    }
    let throttled = app.post("/api/login", &credentials(PASSWORD)).await;
    assert_eq!(
        throttled.status,
        StatusCode::TOO_MANY_REQUESTS,
        "{throttled:?}"
    );
    app.stop().await;
}

#[tokio::test]
async fn t29_no_password_and_no_token_is_ever_logged() {
    let app = TestApp::start(1).await;
    let (access, refresh) = app.sign_in().await;
    let canary = "canary bird in a mine";
    app.post("/api/login", &credentials(canary)).await;
    app.post(
        "/api/login",
        &json!({ "email": "e", "password": canary, canary: canary }),
    )
    .await;
    app.post("/api/refresh", &json!({ "refreshToken": refresh }))
        .await;
    app.get("/api/me", &access).await;
    app.get("/api/me", &format!("{access}x")).await;
    let logs = app.platform.logs();
    assert!(
        logs.iter()
            .any(|line| line.text.contains("invalid_credentials")),
        "{logs:?}"
    );
    for secret in [canary, PASSWORD, &access, &refresh, "ada@example.com"] {
        assert!(
            logs.iter().all(|line| !line.text.contains(secret)),
            "{secret} in {logs:?}"
        );
    }
    app.stop().await;
}
