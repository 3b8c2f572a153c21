//! POST /api/me/password

use serde_json::{Value, json};

use crate::support::{Answer, PASSWORD, Person, TestApp};
use crate::users::{administrator, path};

pub(super) const NEW: &str = "quiet marble harvest";

pub(crate) async fn change(app: &TestApp, by: &Person, current: &str, new: &str) -> Answer {
    let body = json!({ "currentPassword": current, "newPassword": new });
    app.post("/api/me/password")
        .bearer(by)
        .json(&body)
        .send()
        .await
}

async fn sign_in(app: &TestApp, person: &Person, password: &str) -> Answer {
    let body = json!({ "email": person.email, "password": password });
    app.post("/api/login").json(&body).send().await
}

#[tokio::test]
async fn the_new_password_works_and_the_old_one_does_not() {
    let app = TestApp::new().await;
    let ada = app.signed_in("ada@example.com", &["user"]).await;
    let before = app.statements().await;
    let answer = change(&app, &ada, PASSWORD, NEW).await;
    assert_eq!(app.statements().await - before, 2);
    answer.expect(204);
    assert!(answer.body.is_empty());
    sign_in(&app, &ada, NEW).await.expect(200);
    sign_in(&app, &ada, PASSWORD)
        .await
        .expect_problem(401, "invalid_credentials");
}

#[tokio::test]
async fn t06_the_other_sessions_end_and_the_current_session_continues() {
    let app = TestApp::new().await;
    let ada = app.signed_in("ada@example.com", &["user"]).await;
    let elsewhere = app.signed_in_again(&ada).await;
    let stranger = app.signed_in("other@example.com", &["user"]).await;
    change(&app, &ada, PASSWORD, NEW).await.expect(204);
    let answer = app.get("/api/me").bearer(&elsewhere).send().await;
    answer.expect_problem(401, "unauthenticated");
    let refresh = |person: &Person| {
        let body = json!({ "refreshToken": person.refresh_token });
        app.post("/api/refresh").json(&body).send()
    };
    refresh(&elsewhere)
        .await
        .expect_problem(401, "invalid_refresh_token");
    app.get("/api/me").bearer(&ada).send().await.expect(200);
    refresh(&ada).await.expect(200);
    app.get("/api/me")
        .bearer(&stranger)
        .send()
        .await
        .expect(200);
}

#[tokio::test]
async fn t06_a_password_change_invalidates_a_pending_link() {
    let app = TestApp::new().await;
    let admin = administrator(&app).await;
    let ada = app.signed_in("ada@example.com", &["user"]).await;
    let link = app
        .post(&format!("{}/setup-link", path(ada.id)))
        .bearer(&admin);
    let link = link.send().await.expect(201);
    change(&app, &ada, PASSWORD, NEW).await.expect(204);
    let (_, token) = link["setupLink"].as_str().unwrap().split_once('#').unwrap();
    let body = json!({ "token": token, "password": "another fine sentence" });
    let answer = app.post("/api/recovery").json(&body).send().await;
    answer.expect_problem(401, "invalid_link");
}

#[tokio::test]
async fn a_wrong_current_password_changes_nothing() {
    let app = TestApp::new().await;
    let ada = app.signed_in("ada@example.com", &["user"]).await;
    let elsewhere = app.signed_in_again(&ada).await;
    for wrong in [
        "wrong password",
        "",
        " zebra umbrella note",
        &"x".repeat(5000),
    ] {
        let answer = change(&app, &ada, wrong, NEW).await;
        let wrong_password = [("currentPassword", "wrong_password")];
        answer.expect_fields(422, "invalid_fields", &wrong_password);
    }
    app.get("/api/me")
        .bearer(&elsewhere)
        .send()
        .await
        .expect(200);
    sign_in(&app, &ada, PASSWORD).await.expect(200);
    let events = app.events().await;
    assert_eq!(events.len(), 4, "{events:?}");
    for event in events {
        assert_eq!(event.name, "password_check_failed");
        assert_eq!(event.subject_id, Some(ada.id));
        assert_eq!(event.details, json!({ "reason": "wrong_password" }));
    }
}

#[tokio::test]
async fn for_an_account_without_a_password_every_current_password_is_wrong() {
    let app = TestApp::new().await;
    let ada = app.signed_in("ada@example.com", &["user"]).await;
    app.database
        .execute("update users set password_hash = null")
        .await;
    let answer = change(&app, &ada, PASSWORD, NEW).await;
    answer.expect_fields(
        422,
        "invalid_fields",
        &[("currentPassword", "wrong_password")],
    );
}

#[tokio::test]
async fn guesses_are_throttled_and_so_is_the_right_password_afterwards() {
    let app = TestApp::new().await;
    let ada = app.signed_in("ada@example.com", &["user"]).await;
    for _ in 0..5 {
        change(&app, &ada, "a wrong guess", NEW).await.expect(422);
    }
    // After the fifth failure the wait is one second. It is extended, so that it does not end while a slow test runs.
    let stretched = "update login_throttle set blocked_until = blocked_until + interval '1 hour'";
    app.database.execute(stretched).await;
    let before = app.statements().await;
    let answer = change(&app, &ada, PASSWORD, NEW).await;
    assert_eq!(app.statements().await - before, 1);
    answer.expect_problem(429, "too_many_attempts");
    assert!((3_500..=3_601).contains(&answer.retry_after()));
    // Not affected: sign-in to the account from this network, other requests of the session, and other accounts.
    let again = app.signed_in_again(&ada).await;
    app.get("/api/me").bearer(&again).send().await.expect(200);
    let other = app.signed_in("other@example.com", &["user"]).await;
    change(&app, &other, PASSWORD, NEW).await.expect(204);
    // Affected: another session of the same account from this network.
    let answer = change(&app, &again, PASSWORD, NEW).await;
    answer.expect_problem(429, "too_many_attempts");
    let over = "update login_throttle set blocked_until = now() - interval '1 second'";
    app.database.execute(over).await;
    change(&app, &ada, PASSWORD, NEW).await.expect(204);
    // The right password has reset the count.
    for _ in 0..4 {
        change(&app, &ada, "a wrong guess", NEW).await.expect(422);
    }
    let newest = "another fine sentence";
    change(&app, &ada, NEW, newest).await.expect(204);
}

#[tokio::test]
async fn t13_parallel_guesses_are_counted_before_they_are_verified() {
    let app = TestApp::with(&[("DATABASE_CONNECTION_LIMIT", "10")]).await;
    let ada = app.signed_in("ada@example.com", &["user"]).await;
    change(&app, &ada, "a wrong guess", NEW).await.expect(422);
    // The next failure causes a wait of 15 minutes.
    let many = "update login_throttle set failures = 20 where failures = 1";
    app.database.execute(many).await;
    let guesses = (0..20).map(|_| change(&app, &ada, "a wrong guess", NEW));
    let answers = futures_util::future::join_all(guesses).await;
    let (judged, others): (Vec<_>, Vec<_>) =
        answers.iter().partition(|answer| answer.status == 422);
    assert_eq!(judged.len(), 1);
    for answer in others {
        answer.expect_problem(429, "too_many_attempts");
        assert!((800..=900).contains(&answer.retry_after()));
    }
}

#[tokio::test]
async fn one_of_two_parallel_changes_succeeds() {
    let app = TestApp::new().await;
    let ada = app.signed_in("ada@example.com", &["user"]).await;
    let other = "another fine sentence";
    let first = change(&app, &ada, PASSWORD, NEW);
    let (first, second) =
        futures_util::future::join(first, change(&app, &ada, PASSWORD, other)).await;
    let (made, refused, password) = if first.status == 204 {
        (first, second, NEW)
    } else {
        (second, first, other)
    };
    made.expect(204);
    refused.expect_fields(
        422,
        "invalid_fields",
        &[("currentPassword", "wrong_password")],
    );
    sign_in(&app, &ada, password).await.expect(200);
}

#[tokio::test]
async fn a_password_change_is_recorded_once_without_passwords() {
    let app = TestApp::new().await;
    let ada = app.signed_in("ada@example.com", &["user"]).await;
    change(&app, &ada, PASSWORD, NEW).await.expect(204);
    let events = app.events().await;
    let event = TestApp::expect_event(&events, "password_changed", &ada, ada.id);
    assert_eq!(event.details, Value::Object(serde_json::Map::new()));
    let me = app.get("/api/me").bearer(&ada).send().await.expect(200);
    assert_eq!(me["version"], 1, "an editor sees no difference");
}
