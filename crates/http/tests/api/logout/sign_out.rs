//! Sign-out of the current session.

use futures_util::future::join_all;
use serde_json::json;

use super::{expect_alive, expect_over, expect_signed_out};
use crate::support::TestApp;

#[tokio::test]
async fn sign_out_needs_only_the_cookie() {
    let app = TestApp::new().await;
    let ada = app.signed_in("ada@example.com", &["user"]).await;
    let other = app.signed_in_again(&ada).await;
    let before = app.statements().await;
    expect_signed_out(
        &app.post("/api/logout")
            .cookie(&ada.refresh_token)
            .send()
            .await,
    );
    assert_eq!(app.statements().await - before, 1);
    expect_over(&app, &ada).await;
    expect_alive(&app, &other).await;
}

#[tokio::test]
async fn sign_out_needs_only_the_access_token() {
    let app = TestApp::new().await;
    let ada = app.signed_in("ada@example.com", &["user"]).await;
    let other = app.signed_in_again(&ada).await;
    expect_signed_out(&app.post("/api/logout").bearer(&ada).send().await);
    expect_over(&app, &ada).await;
    expect_alive(&app, &other).await;
}

#[tokio::test]
async fn sign_out_needs_only_the_refresh_token_in_the_body_which_precedes_the_cookie() {
    let app = TestApp::new().await;
    let ada = app.signed_in("ada@example.com", &["user"]).await;
    let other = app.signed_in_again(&ada).await;
    let body = json!({ "refreshToken": ada.refresh_token });
    let call = app
        .post("/api/logout")
        .json(&body)
        .cookie(&other.refresh_token);
    expect_signed_out(&call.send().await);
    expect_over(&app, &ada).await;
    expect_alive(&app, &other).await;
}

#[tokio::test]
async fn a_rotated_refresh_token_still_signs_out() {
    let app = TestApp::new().await;
    let ada = app.signed_in("ada@example.com", &["user"]).await;
    let next = app
        .post("/api/refresh")
        .cookie(&ada.refresh_token)
        .send()
        .await;
    let next = next.cookie("__Host-hallpass").unwrap();
    let next = app.post("/api/refresh").cookie(&next).send().await;
    next.expect(200);
    expect_signed_out(
        &app.post("/api/logout")
            .cookie(&ada.refresh_token)
            .send()
            .await,
    );
    expect_over(&app, &ada).await;
    assert_eq!(app.database.events("refresh_reuse").await.len(), 0);
}

#[tokio::test]
async fn signing_out_again_succeeds_and_is_recorded_once() {
    let app = TestApp::new().await;
    let ada = app.signed_in("ada@example.com", &["user"]).await;
    let first = app
        .post("/api/logout")
        .cookie(&ada.refresh_token)
        .send()
        .await;
    expect_signed_out(&first);
    let again = (0..10).map(|_| app.post("/api/logout").cookie(&ada.refresh_token).send());
    for answer in join_all(again).await {
        expect_signed_out(&answer);
    }
    let events = app.database.events("logout").await;
    let [event] = &events[..] else {
        panic!("{events:?}")
    };
    assert_eq!(event["severity"], "info");
    assert_eq!(event["actor_id"], ada.id.to_string());
    assert_eq!(event["subject_id"], ada.id.to_string());
    assert_eq!(event["request_id"].as_str(), first.header("x-request-id"));
    assert_eq!(event["ip"], "192.0.2.1");
    assert_eq!(event["details"], json!({ "count": 1 }));
}

#[tokio::test]
async fn parallel_sign_outs_end_one_session_once() {
    let app = TestApp::new().await;
    let ada = app.signed_in("ada@example.com", &["user"]).await;
    let calls = (0..10).map(|_| app.post("/api/logout").bearer(&ada).send());
    for answer in join_all(calls).await {
        expect_signed_out(&answer);
    }
    assert_eq!(app.database.events("logout").await.len(), 1);
}

#[tokio::test]
async fn sign_out_without_a_session_needs_no_statement() {
    let app = TestApp::new().await;
    let ada = app.signed_in("ada@example.com", &["user"]).await;
    let before = app.statements().await;
    expect_signed_out(&app.post("/api/logout").send().await);
    expect_signed_out(
        &app.post("/api/logout")
            .json(&json!({ "everywhere": true }))
            .send()
            .await,
    );
    for token in ["hpr_forged", &ada.access_token, "", "null"] {
        expect_signed_out(&app.post("/api/logout").cookie(token).send().await);
    }
    for token in ["x.y.z", &ada.refresh_token, ""] {
        expect_signed_out(&app.post("/api/logout").token(token).send().await);
    }
    let twice = format!(
        "__Host-hallpass={0}; __Host-hallpass={0}",
        ada.refresh_token
    );
    let call = app.post("/api/logout").header("cookie", &twice);
    expect_signed_out(&call.header("sec-fetch-site", "same-origin").send().await);
    assert_eq!(app.statements().await, before);
    expect_alive(&app, &ada).await;
}

#[tokio::test]
async fn a_session_that_does_not_exist_is_signed_out() {
    let app = TestApp::new().await;
    let ada = app.signed_in("ada@example.com", &["user"]).await;
    app.database.execute("delete from sessions").await;
    expect_signed_out(
        &app.post("/api/logout")
            .cookie(&ada.refresh_token)
            .send()
            .await,
    );
    assert_eq!(app.database.events("logout").await.len(), 0);
}
