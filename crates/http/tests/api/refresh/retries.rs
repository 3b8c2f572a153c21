//! The answer before a repeat was lost: if it was not, it is good for nothing.

use hallpass_core::tokens::access;
use serde_json::Value;
use time::{Duration, OffsetDateTime};

use super::{by_body, later, refreshed, session};
use crate::support::{Person, TestApp, jwt};

/// The access token as it would be, had it been made so many seconds ago.
fn older(app: &TestApp, person: &Person, seconds: i64) -> String {
    let claims = jwt::claims(&person.access_token);
    let made = OffsetDateTime::from_unix_timestamp(claims["iat"].as_i64().unwrap()).unwrap();
    let session_id = claims["sid"].as_str().unwrap().parse().unwrap();
    let generation = i32::try_from(claims["gen"].as_i64().unwrap()).unwrap();
    let made = made - Duration::seconds(seconds);
    let keys = &app.hallpass.keys;
    let token = access::encode(keys, session_id, generation, person.id, &[], made);
    token.unwrap().expose().to_owned()
}

#[tokio::test]
async fn t03_a_thief_who_refreshes_first_and_waits_gains_nothing() {
    let app = TestApp::new().await;
    let ada = app.signed_in("ada@example.com", &["user"]).await;
    // He refreshes, and waits until she has refreshed, too: for her, as if her first answer had been lost.
    let thief = refreshed(&app, &ada).await;
    later(&app, 10.0).await;
    let thiefs = older(&app, &thief, 10);
    let mine = refreshed(&app, &ada).await;
    assert_eq!(mine.refresh_token, thief.refresh_token);
    app.get("/api/me").bearer(&mine).send().await.expect(200);
    let answer = app.get("/api/me").token(&thiefs).send().await;
    answer.expect_problem(401, "unauthenticated");
    // To get another he has to go first again, and use it: then she notices.
    let thief = refreshed(&app, &thief).await;
    app.get("/api/me").bearer(&thief).send().await.expect(200);
    later(&app, 10.0).await;
    by_body(&app, &mine.refresh_token).send().await.expect(401);
    assert_eq!(app.database.events("refresh_reuse").await.len(), 1);
    app.get("/api/me").bearer(&thief).send().await.expect(401);
}

#[tokio::test]
async fn a_tab_whose_access_token_is_older_refreshes_and_goes_on() {
    let app = TestApp::new().await;
    let ada = app.signed_in("ada@example.com", &["user"]).await;
    let other_tab = older(&app, &ada, 60);
    app.get("/api/me")
        .token(&other_tab)
        .send()
        .await
        .expect(200);
    refreshed(&app, &ada).await;
    later(&app, 10.0).await;
    let mine = refreshed(&app, &ada).await;
    app.get("/api/me")
        .token(&other_tab)
        .send()
        .await
        .expect(401);
    let next = refreshed(&app, &mine).await;
    app.get("/api/me").bearer(&next).send().await.expect(200);
    app.get("/api/me").bearer(&mine).send().await.expect(200);
}

#[tokio::test]
async fn only_a_retry_after_the_reuse_interval_is_a_retry_after_timeout() {
    let app = TestApp::new().await;
    let ada = app.signed_in("ada@example.com", &["user"]).await;
    let first = refreshed(&app, &ada).await;
    later(&app, 2.0).await;
    refreshed(&app, &ada).await;
    assert_eq!(session(&app).await["reissued_at"], Value::Null);
    app.get("/api/me")
        .token(&older(&app, &first, 2))
        .send()
        .await
        .expect(200);
}
