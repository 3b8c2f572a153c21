//! /api/me/sessions

use serde_json::json;
use uuid::Uuid;

use crate::support::{Person, TestApp};
use crate::users::sessions::listed;

const SESSIONS: &str = "/api/me/sessions";

async fn lives(app: &TestApp, person: &Person) -> bool {
    app.get("/api/me").bearer(person).send().await.status == 200
}

async fn own_id(app: &TestApp, person: &Person) -> String {
    let sessions = listed(app, person, SESSIONS).await;
    let own = sessions.iter().find(|session| session["current"] == true);
    own.unwrap()["id"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn own_sessions_are_listed_and_the_current_one_is_marked() {
    let app = TestApp::new().await;
    let first = app.signed_in("ada@example.com", &["user"]).await;
    let second = app.signed_in_again(&first).await;
    app.signed_in("other@example.com", &["user"]).await;
    let before = app.statements().await;
    let sessions = listed(&app, &first, SESSIONS).await;
    assert_eq!(app.statements().await - before, 1);
    let current: Vec<_> = sessions.iter().map(|session| &session["current"]).collect();
    assert_eq!(current, [&json!(false), &json!(true)]);
    let sessions = listed(&app, &second, SESSIONS).await;
    let current: Vec<_> = sessions.iter().map(|session| &session["current"]).collect();
    assert_eq!(current, [&json!(true), &json!(false)]);
}

#[tokio::test]
async fn another_own_session_can_be_ended() {
    let app = TestApp::new().await;
    let first = app.signed_in("ada@example.com", &["user"]).await;
    let second = app.signed_in_again(&first).await;
    let path = format!("{SESSIONS}/{}", own_id(&app, &second).await);
    let before = app.statements().await;
    app.delete(&path).bearer(&first).send().await.expect(204);
    assert_eq!(app.statements().await - before, 1);
    assert!(lives(&app, &first).await);
    assert!(!lives(&app, &second).await);
    app.delete(&path)
        .bearer(&first)
        .send()
        .await
        .expect_problem(404, "not_found");
    let events = app.events().await;
    let event = TestApp::expect_event(&events, "sessions_ended", &first, first.id);
    assert_eq!(event.details, json!({ "count": 1 }));
}

#[tokio::test]
async fn the_first_request_of_a_session_can_end_it() {
    let app = TestApp::new().await;
    let ada = app.signed_in("ada@example.com", &["user"]).await;
    let other = app.signed_in_again(&ada).await;
    let id = own_id(&app, &other).await;
    let first = listed(&app, &other, SESSIONS).await;
    let first = first.iter().find(|session| session["id"] != id).unwrap();
    let path = format!("{SESSIONS}/{}", first["id"].as_str().unwrap());
    app.delete(&path).bearer(&ada).send().await.expect(204);
    assert!(!lives(&app, &ada).await);
    assert!(lives(&app, &other).await);
}

#[tokio::test]
async fn the_first_request_of_a_session_can_end_all() {
    let app = TestApp::new().await;
    let first = app.signed_in("ada@example.com", &["user"]).await;
    let second = app.signed_in_again(&first).await;
    let stranger = app.signed_in("other@example.com", &["user"]).await;
    let before = app.statements().await;
    app.delete(SESSIONS).bearer(&first).send().await.expect(204);
    assert_eq!(app.statements().await - before, 1);
    assert!(!lives(&app, &first).await);
    assert!(!lives(&app, &second).await);
    assert!(lives(&app, &stranger).await);
    let again = app.delete(SESSIONS).bearer(&first).send().await;
    again.expect_problem(401, "unauthenticated");
    let event = TestApp::expect_event(&app.events().await, "sessions_ended", &first, first.id);
    assert_eq!(event.details, json!({ "count": 2 }));
}

#[tokio::test]
async fn another_users_session_is_not_found_even_for_an_administrator() {
    let app = TestApp::new().await;
    let admin = app.signed_in("root@example.com", &["admin"]).await;
    let ada = app.signed_in("ada@example.com", &["user"]).await;
    let foreign = own_id(&app, &ada).await;
    for id in [foreign, Uuid::now_v7().to_string(), "current".to_owned()] {
        let path = format!("{SESSIONS}/{id}");
        let answer = app.delete(&path).bearer(&admin).send().await;
        answer.expect_problem(404, "not_found");
    }
    assert!(lives(&app, &ada).await);
}
