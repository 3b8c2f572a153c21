//! Reuse detection: a refresh token that more than one party must have ends its session.

use hallpass_core::tokens::refresh::RefreshToken;
use serde_json::json;

use super::{by_body, by_cookie, later, refreshed, session};
use crate::support::{Person, TestApp};

/// Fails unless the session has ended for all holders of its tokens, the user's other session continues, and one audit
/// event records the reuse.
async fn expect_ended(app: &TestApp, holders: &[&Person], other: &Person, presented: i32) {
    for holder in holders {
        let answer = app.get("/api/me").bearer(holder).send().await;
        answer.expect_problem(401, "unauthenticated");
        let answer = by_body(app, &holder.refresh_token).send().await;
        answer.expect_problem(401, "invalid_refresh_token");
    }
    app.get("/api/me").bearer(other).send().await.expect(200);
    refreshed(app, other).await;
    let events = app.database.events("refresh_reuse").await;
    let [event] = &events[..] else {
        panic!("{events:?}")
    };
    assert_eq!(event["severity"], "critical");
    assert_eq!(event["subject_id"], holders[0].id.to_string());
    assert_eq!(event["details"]["presented"], presented);
    let ended = "select id::text from sessions where revoked_reason = 'refresh_reuse' and revoked_at is not null";
    assert_eq!(
        event["session_id"],
        app.database.value::<String>(ended).await
    );
}

/// Ada with two sessions: one whose token will be reused, and another.
async fn ada(app: &TestApp) -> (Person, Person) {
    let ada = app.signed_in("ada@example.com", &["user"]).await;
    let other = app.signed_in_again(&ada).await;
    (ada, other)
}

#[tokio::test]
async fn t03_replay_after_the_successor_token_was_used_ends_the_session() {
    let app = TestApp::new().await;
    let (ada, other) = ada(&app).await;
    let first = refreshed(&app, &ada).await;
    let second = refreshed(&app, &first).await;
    by_body(&app, &ada.refresh_token)
        .send()
        .await
        .expect_problem(401, "invalid_refresh_token");
    expect_ended(&app, &[&ada, &first, &second], &other, 0).await;
}

#[tokio::test]
async fn t03_replay_after_the_successors_access_token_was_used_ends_the_session() {
    let app = TestApp::new().await;
    let (ada, other) = ada(&app).await;
    let first = refreshed(&app, &ada).await;
    app.get("/api/me").bearer(&first).send().await.expect(200);
    later(&app, 3.5).await;
    let answer = by_cookie(&app, &ada.refresh_token).send().await;
    answer.expect_problem(401, "invalid_refresh_token");
    assert_eq!(answer.cookie("__Host-hallpass").as_deref(), Some(""));
    expect_ended(&app, &[&ada, &first], &other, 0).await;
}

#[tokio::test]
async fn t03_replay_after_the_grace_period_ends_the_session_even_if_nothing_was_used() {
    let app = TestApp::new().await;
    let (ada, other) = ada(&app).await;
    let first = refreshed(&app, &ada).await;
    later(&app, 30.5).await;
    by_body(&app, &ada.refresh_token)
        .send()
        .await
        .expect_problem(401, "invalid_refresh_token");
    expect_ended(&app, &[&ada, &first], &other, 0).await;
}

#[tokio::test]
async fn t03_theft_is_detected_when_the_thief_refreshes_seconds_after_the_victim() {
    let app = TestApp::new().await;
    let (ada, other) = ada(&app).await;
    // The thief has a copy of the refresh token, and presents it some seconds after Ada's page did.
    let first = refreshed(&app, &ada).await;
    app.get("/api/me").bearer(&first).send().await.expect(200);
    later(&app, 5.0).await;
    by_body(&app, &ada.refresh_token).send().await.expect(401);
    expect_ended(&app, &[&first], &other, 0).await;
}

#[tokio::test]
async fn t03_theft_is_detected_when_the_victim_refreshes_after_the_thief() {
    let app = TestApp::new().await;
    let (ada, other) = ada(&app).await;
    let thief = refreshed(&app, &ada).await;
    app.get("/api/me").bearer(&thief).send().await.expect(200);
    later(&app, 60.0).await;
    by_body(&app, &ada.refresh_token).send().await.expect(401);
    expect_ended(&app, &[&thief], &other, 0).await;
}

#[tokio::test]
async fn t04_reuse_of_a_token_before_the_predecessor_is_theft_within_every_window() {
    let app = TestApp::new().await;
    let (ada, other) = ada(&app).await;
    let first = refreshed(&app, &ada).await;
    let second = refreshed(&app, &first).await;
    // The previous refresh token still gets a response; the one before it does not.
    assert_eq!(
        refreshed(&app, &first).await.refresh_token,
        second.refresh_token
    );
    by_body(&app, &ada.refresh_token).send().await.expect(401);
    expect_ended(&app, &[&first, &second], &other, 0).await;
}

#[tokio::test]
async fn t04_retries_do_not_extend_a_window() {
    let app = TestApp::new().await;
    let (ada, other) = ada(&app).await;
    let first = refreshed(&app, &ada).await;
    for _ in 0..14 {
        later(&app, 2.0).await;
        refreshed(&app, &ada).await;
    }
    later(&app, 2.5).await;
    by_body(&app, &ada.refresh_token).send().await.expect(401);
    expect_ended(&app, &[&first], &other, 0).await;
}

#[tokio::test]
async fn reuse_is_recorded_once_however_often_the_token_is_presented() {
    let app = TestApp::new().await;
    let ada = app.signed_in("ada@example.com", &["user"]).await;
    refreshed(&app, &ada).await;
    later(&app, 31.0).await;
    let tries = (0..10).map(|_| by_body(&app, &ada.refresh_token).send());
    for answer in futures_util::future::join_all(tries).await {
        answer.expect_problem(401, "invalid_refresh_token");
    }
    assert_eq!(app.database.events("refresh_reuse").await.len(), 1);
}

#[tokio::test]
async fn a_token_of_a_future_generation_is_refused_and_the_session_continues() {
    let app = TestApp::new().await;
    let ada = app.signed_in("ada@example.com", &["user"]).await;
    let before = session(&app).await;
    let key = hallpass_core::sessions::session_of(&app.hallpass, &ada.refresh_token);
    for generation in [1, 2, i32::MAX] {
        let token = RefreshToken {
            user_id: ada.id,
            session_id: key.unwrap().session_id,
            generation,
        };
        let token = token.encode(&app.hallpass.keys);
        let answer = by_body(&app, token.expose()).send().await;
        answer.expect_problem(401, "invalid_refresh_token");
        assert_eq!(session(&app).await, before, "{generation}");
    }
}

#[tokio::test]
async fn the_audit_event_of_reuse_names_the_network_and_request_of_the_thief() {
    let app = TestApp::new().await;
    let ada = app.signed_in("ada@example.com", &["user"]).await;
    refreshed(&app, &ada).await;
    later(&app, 31.0).await;
    let call = by_body(&app, &ada.refresh_token).header("user-agent", "thief");
    let answer = call.from([203, 0, 113, 66].into()).send().await;
    let events = app.database.events("refresh_reuse").await;
    assert_eq!(events[0]["ip"], "203.0.113.66");
    assert_eq!(events[0]["user_agent"], "thief");
    assert_eq!(
        events[0]["request_id"].as_str(),
        answer.header("x-request-id")
    );
    assert_eq!(
        events[0]["details"],
        json!({ "presented": 0, "current": 1 })
    );
}
