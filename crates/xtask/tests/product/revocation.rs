//! Revocation with several instances: after the response, no instance accepts the session.

use futures_util::future::{join, join_all, join3};
use hallpass_test_support::client::send;
use hyper::{Request, StatusCode};
use serde_json::json;

use crate::test_app::{PASSWORD, TestApp, binaries};

const INSTANCES: usize = 3;

#[tokio::test]
async fn t05_after_the_response_to_the_administrator_no_instance_serves_the_user() {
    let app = TestApp::start(INSTANCES).await;
    let (admin, _) = app.sign_in().await;
    let url = |path: &str| format!("http://127.0.0.1:{}{path}", app.platform.port());
    let user = json!({ "email": "eve@example.com", "name": "Eve", "roles": ["viewer"], "password": PASSWORD });
    let create = Request::post(url("/api/users")).header("content-type", "application/json");
    let create = create.header("authorization", format!("Bearer {admin}"));
    let created = send(create.body(user.to_string()).unwrap()).await;
    assert_eq!(created.status, StatusCode::CREATED, "{created:?}");
    let id = created.field("id");

    let credentials =
        json!({ "email": "eve@example.com", "password": PASSWORD, "delivery": "body" });
    let mut tokens = Vec::new();
    for _ in 0..10 {
        let answer = app.post("/api/login", &credentials).await;
        tokens.push((answer.field("accessToken"), answer.field("refreshToken")));
    }
    let bodies: Vec<_> = tokens
        .iter()
        .map(|(_, refresh)| json!({ "refreshToken": refresh }))
        .collect();
    let refreshing = join_all(bodies.iter().map(|body| app.post("/api/refresh", body)));
    let calling = join_all(
        tokens
            .iter()
            .map(|(access, _)| app.get("/api/users", access)),
    );
    let delete = Request::delete(url(&format!("/api/users/{id}")));
    let delete = delete.header("authorization", format!("Bearer {admin}"));
    let deleting = send(delete.body(String::new()).unwrap());
    let (deleted, refreshed, called) = join3(deleting, refreshing, calling).await;
    assert_eq!(deleted.status, StatusCode::NO_CONTENT, "{deleted:?}");
    for answer in refreshed.iter().chain(&called) {
        assert!(
            matches!(answer.status, StatusCode::OK | StatusCode::UNAUTHORIZED),
            "{answer:?}"
        );
    }
    let newer = refreshed
        .iter()
        .filter(|answer| answer.status == StatusCode::OK);
    tokens.extend(newer.map(|answer| (answer.field("accessToken"), answer.field("refreshToken"))));
    // One request for each instance, because instances take turns.
    for (access, refresh) in tokens.iter().cycle().take(tokens.len() * INSTANCES) {
        let body = json!({ "refreshToken": refresh });
        let (called, refreshed) = join(
            app.get("/api/users", access),
            app.post("/api/refresh", &body),
        )
        .await;
        assert_eq!(called.status, StatusCode::UNAUTHORIZED, "{called:?}");
        assert_eq!(refreshed.status, StatusCode::UNAUTHORIZED, "{refreshed:?}");
    }
    let me = app.get("/api/me", &admin).await;
    assert_eq!(me.status, StatusCode::OK, "{me:?}");
    app.stop().await;
}

#[tokio::test]
async fn after_all_sessions_are_revoked_no_instance_serves_them() {
    let app = TestApp::start(INSTANCES).await;
    let mut tokens = Vec::new();
    for _ in 0..5 {
        tokens.push(app.sign_in().await);
    }
    // Every instance has served every session, so a cache in an instance would be noticed.
    for (access, _) in tokens.iter().cycle().take(tokens.len() * INSTANCES) {
        let called = app.get("/api/me", access).await;
        assert_eq!(called.status, StatusCode::OK, "{called:?}");
    }
    let revoked = tokio::process::Command::new(binaries().join("hallpass"))
        .args(["sessions", "revoke", "--all", "--yes", "--json"])
        .env_clear()
        .env("DATABASE_URL", app.postgres.superuser_url("postgres"))
        .current_dir("/")
        .output();
    let revoked = revoked.await.unwrap();
    assert!(revoked.status.success(), "{revoked:?}");
    for (access, refresh) in tokens.iter().cycle().take(tokens.len() * INSTANCES) {
        let body = json!({ "refreshToken": refresh });
        let (called, refreshed) =
            join(app.get("/api/me", access), app.post("/api/refresh", &body)).await;
        assert_eq!(called.status, StatusCode::UNAUTHORIZED, "{called:?}");
        assert_eq!(refreshed.status, StatusCode::UNAUTHORIZED, "{refreshed:?}");
    }
    let (access, _) = app.sign_in().await;
    let me = app.get("/api/me", &access).await;
    assert_eq!(me.status, StatusCode::OK, "{me:?}");
    app.stop().await;
}
