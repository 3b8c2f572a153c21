//! Signing in with a browser that already has a session. A browser has one session, so the earlier one ends.

use serde_json::json;

use super::{attempt, credentials};
use crate::support::{PASSWORD, Person, TestApp};

async fn refresh(app: &TestApp, token: &str) -> u16 {
    let answer = app.post("/api/refresh").cookie(token).send().await;
    answer.status.as_u16()
}

async fn two_people() -> (TestApp, Person, Person) {
    let app = TestApp::new().await;
    let ada = app.signed_in("ada@example.com", &["user"]).await;
    let eve = app.signed_in("eve@example.com", &["user"]).await;
    (app, ada, eve)
}

#[tokio::test]
async fn signing_in_again_ends_the_session_that_this_browser_had() {
    let (app, ada, eve) = two_people().await;
    let elsewhere = app.signed_in_again(&ada).await;
    let before = app.statements().await;
    let call = attempt(&app, &ada.email, PASSWORD).cookie(&ada.refresh_token);
    let answer = call.send().await;
    answer.expect(200);
    assert_eq!(app.statements().await - before, 2);
    let new = answer.cookie("__Host-hallpass").unwrap();
    assert_eq!(refresh(&app, &ada.refresh_token).await, 401);
    app.get("/api/me").bearer(&ada).send().await.expect(401);
    for token in [&new, &elsewhere.refresh_token, &eve.refresh_token] {
        assert_eq!(refresh(&app, token).await, 200);
    }
    let events = app.database.events("login").await;
    let replaced: Vec<_> = events.iter().map(|event| &event["details"]).collect();
    let old = hallpass_core::sessions::session_of(&app.hallpass, &ada.refresh_token).unwrap();
    assert_eq!(replaced[..3], [&json!({}), &json!({}), &json!({})]);
    assert_eq!(*replaced[3], json!({ "replaced": old.session_id }));
    let reason = "select revoked_reason from sessions where revoked_at is not null";
    assert_eq!(app.database.value::<String>(reason).await, "replaced");
}

#[tokio::test]
async fn another_users_session_in_this_browser_ends_too() {
    let (app, ada, eve) = two_people().await;
    let call = attempt(&app, &eve.email, PASSWORD).cookie(&ada.refresh_token);
    call.send().await.expect(200);
    assert_eq!(refresh(&app, &ada.refresh_token).await, 401);
    assert_eq!(refresh(&app, &eve.refresh_token).await, 200);
}

#[tokio::test]
async fn a_session_continues_if_its_cookie_is_not_overwritten() {
    let (app, ada, eve) = two_people().await;
    let wrong = attempt(&app, &ada.email, "not the password").cookie(&ada.refresh_token);
    wrong.send().await.expect(401);
    let mut body = credentials(&eve.email, PASSWORD);
    body["delivery"] = json!("body");
    let call = app
        .post("/api/login")
        .json(&body)
        .cookie(&ada.refresh_token);
    call.send().await.expect(200);
    let twice = format!(
        "__Host-hallpass={0}; __Host-hallpass={0}",
        ada.refresh_token
    );
    let call = attempt(&app, &eve.email, PASSWORD)
        .header("cookie", &twice)
        .header("sec-fetch-site", "same-origin");
    call.send().await.expect(200);
    let forged = format!("{}x", ada.refresh_token);
    let call = attempt(&app, &eve.email, PASSWORD).cookie(&forged);
    call.send().await.expect(200);
    assert_eq!(refresh(&app, &ada.refresh_token).await, 200);
}
