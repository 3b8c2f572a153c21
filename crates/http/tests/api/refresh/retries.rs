//! A retry after the reuse interval means that the response before it was lost. If it was not lost, because a thief got
//! it, its access token is no longer valid.

use hallpass_core::tokens::access;
use serde_json::Value;
use time::{Duration, OffsetDateTime};

use super::{by_body, later, refreshed, session};
use crate::support::{Person, TestApp, jwt};

/// The access token as if it had been issued this many seconds earlier.
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
    // The thief refreshes, and waits until Ada has refreshed as well. Her refresh looks like a retry after a lost
    // response.
    let thief = refreshed(&app, &ada).await;
    later(&app, 10.0).await;
    let thiefs = older(&app, &thief, 10);
    let mine = refreshed(&app, &ada).await;
    assert_eq!(mine.refresh_token, thief.refresh_token);
    app.get("/api/me").bearer(&mine).send().await.expect(200);
    let answer = app.get("/api/me").token(&thiefs).send().await;
    answer.expect_problem(401, "unauthenticated");
    // To get another access token, the thief has to refresh before Ada again and to use it. Then her refresh is reuse
    // and ends the session.
    let thief = refreshed(&app, &thief).await;
    app.get("/api/me").bearer(&thief).send().await.expect(200);
    later(&app, 10.0).await;
    by_body(&app, &mine.refresh_token).send().await.expect(401);
    assert_eq!(app.database.events("refresh_reuse").await.len(), 1);
    app.get("/api/me").bearer(&thief).send().await.expect(401);
}

#[tokio::test]
async fn a_tab_with_an_older_access_token_refreshes_and_continues() {
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
