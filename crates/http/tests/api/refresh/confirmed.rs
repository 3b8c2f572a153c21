//! The first request with a generation's access token confirms the generation, whatever its response: this ends the
//! retry grace period of the previous refresh token.

use axum::http::Method;
use serde_json::json;

use super::{by_body, later, refreshed, session};
use crate::support::{Person, TestApp};

/// Refreshes, makes one request with the new access token, and fails unless the old refresh token is refused
/// afterwards.
async fn expect_confirmed_by(
    app: &TestApp,
    person: &Person,
    method: Method,
    path: &str,
    body: serde_json::Value,
    status: u16,
) {
    let next = refreshed(app, person).await;
    let call = app.call(method, path).bearer(&next).if_match(1).json(&body);
    call.send().await.expect(status);
    later(app, 4.0).await;
    let replayed = by_body(app, &person.refresh_token).send().await;
    replayed.expect_problem(401, "invalid_refresh_token");
    assert_eq!(app.database.events("refresh_reuse").await.len(), 1);
}

#[tokio::test]
async fn a_successful_request_confirms_the_generation() {
    let app = TestApp::new().await;
    let ada = app.signed_in("ada@example.com", &["user"]).await;
    expect_confirmed_by(&app, &ada, Method::GET, "/api/me", json!({}), 200).await;
}

#[tokio::test]
async fn a_request_without_the_permission_confirms_the_generation() {
    let app = TestApp::new().await;
    let ada = app.signed_in("ada@example.com", &["user"]).await;
    expect_confirmed_by(&app, &ada, Method::GET, "/api/users", json!({}), 403).await;
}

#[tokio::test]
async fn a_change_without_the_permission_confirms_the_generation() {
    let app = TestApp::new().await;
    let ada = app.signed_in("ada@example.com", &["viewer"]).await;
    let body = json!({ "email": "eve@example.com", "name": "Eve", "roles": ["user"] });
    expect_confirmed_by(&app, &ada, Method::POST, "/api/users", body, 403).await;
}

#[tokio::test]
async fn a_request_with_a_taken_address_confirms_the_generation() {
    let app = TestApp::new().await;
    let ada = app.signed_in("ada@example.com", &["admin"]).await;
    let body = json!({ "email": "ADA@example.com", "name": "Eve", "roles": ["user"] });
    expect_confirmed_by(&app, &ada, Method::POST, "/api/users", body, 409).await;
}

#[tokio::test]
async fn a_request_that_would_leave_no_administrator_confirms_the_generation() {
    let app = TestApp::new().await;
    let ada = app.signed_in("ada@example.com", &["admin"]).await;
    let path = format!("/api/users/{}", ada.id);
    let body = json!({ "roles": ["user"] });
    expect_confirmed_by(&app, &ada, Method::PATCH, &path, body, 409).await;
    let app = TestApp::new().await;
    let ada = app.signed_in("ada@example.com", &["admin"]).await;
    let path = format!("/api/users/{}", ada.id);
    expect_confirmed_by(&app, &ada, Method::DELETE, &path, json!({}), 409).await;
}

#[tokio::test]
async fn a_request_that_is_404_or_412_confirms_the_generation() {
    let app = TestApp::new().await;
    let ada = app.signed_in("ada@example.com", &["admin"]).await;
    let nobody = "/api/users/0190a0b0-0000-7000-8000-000000000000";
    expect_confirmed_by(&app, &ada, Method::GET, nobody, json!({}), 404).await;
    let app = TestApp::new().await;
    let ada = app.signed_in("ada@example.com", &["admin"]).await;
    app.database.execute("update users set version = 7").await;
    let path = format!("/api/users/{}", ada.id);
    let body = json!({ "name": "Countess" });
    expect_confirmed_by(&app, &ada, Method::PATCH, &path, body, 412).await;
}

#[tokio::test]
async fn a_generation_is_confirmed_once_and_by_its_own_access_token_only() {
    let app = TestApp::new().await;
    let ada = app.signed_in("ada@example.com", &["user"]).await;
    let next = refreshed(&app, &ada).await;
    // A request with the old access token, from another tab, does not confirm the new generation.
    app.get("/api/me").bearer(&ada).send().await.expect(200);
    assert!(session(&app).await["confirmed_at"].is_null());
    app.get("/api/me").bearer(&next).send().await.expect(200);
    let confirmed = session(&app).await;
    assert!(confirmed["confirmed_at"].is_string());
    app.get("/api/me").bearer(&next).send().await.expect(200);
    assert_eq!(
        session(&app).await,
        confirmed,
        "a generation is confirmed by one write"
    );
    refreshed(&app, &next).await;
    assert!(session(&app).await["confirmed_at"].is_null());
}
