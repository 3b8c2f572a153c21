//! DELETE /api/users/{id}, and reactivation

use std::future::Future;

use axum::http::Method;
use futures_util::future::{join, join_all};
use serde_json::json;
use uuid::Uuid;

use super::update::update;
use super::{administrator, path, shown};
use crate::support::{Answer, PASSWORD, Person, TestApp};

async fn expect_shut_out(app: &TestApp, person: &Person) {
    let answer = app.get("/api/me").bearer(person).send().await;
    answer.expect_problem(401, "unauthenticated");
    let refresh = json!({ "refreshToken": person.refresh_token });
    let answer = app.post("/api/refresh").json(&refresh).send().await;
    answer.expect_problem(401, "invalid_refresh_token");
}

#[tokio::test]
async fn a_deactivation_ends_the_sessions_and_keeps_the_account() {
    let app = TestApp::new().await;
    let admin = administrator(&app).await;
    let ada = app.signed_in("ada@example.com", &["user"]).await;
    let elsewhere = app.signed_in_again(&ada).await;
    let before = app.statements().await;
    let answer = app.delete(&path(ada.id)).bearer(&admin).send().await;
    assert_eq!(app.statements().await - before, 1);
    answer.expect(204);
    assert!(answer.body.is_empty());
    expect_shut_out(&app, &ada).await;
    expect_shut_out(&app, &elsewhere).await;
    let login = json!({ "email": ada.email, "password": PASSWORD });
    let answer = app.post("/api/login").json(&login).send().await;
    answer.expect_problem(401, "invalid_credentials");
    let user = shown(&app, &admin, ada.id).await;
    assert_eq!(
        (&user["isActive"], &user["version"]),
        (&json!(false), &json!(2))
    );
    let reasons = "select count(*) from sessions where revoked_reason = 'user_deactivated'";
    assert_eq!(app.database.value::<i64>(reasons).await, 2);
}

#[tokio::test]
async fn a_repeated_deactivation_has_no_effect_and_is_not_recorded() {
    let app = TestApp::new().await;
    let admin = administrator(&app).await;
    let ada = app.person("ada@example.com", &["user"]).await;
    for _ in 0..2 {
        app.delete(&path(ada.id))
            .bearer(&admin)
            .send()
            .await
            .expect(204);
    }
    assert_eq!(shown(&app, &admin, ada.id).await["version"], 2);
    TestApp::expect_event(&app.events().await, "user_deactivated", &admin, ada.id);
}

#[tokio::test]
async fn if_match_is_optional_and_must_be_the_current_version() {
    let app = TestApp::new().await;
    let admin = administrator(&app).await;
    let ada = app.signed_in("ada@example.com", &["user"]).await;
    let call = || app.delete(&path(ada.id)).bearer(&admin);
    for tag in ["\"2\"", "\"x\"", "W/\"2\"", "\"2\", \"3\""] {
        let answer = call().header("if-match", tag).send().await;
        answer.expect_problem(412, "stale");
    }
    app.get("/api/me").bearer(&ada).send().await.expect(200);
    call().if_match(1).send().await.expect(204);
    expect_shut_out(&app, &ada).await;
}

#[tokio::test]
async fn an_unknown_user_is_404() {
    let app = TestApp::new().await;
    let admin = administrator(&app).await;
    let answer = app
        .delete(&path(Uuid::now_v7()))
        .bearer(&admin)
        .send()
        .await;
    answer.expect_problem(404, "not_found");
}

#[tokio::test]
async fn one_of_several_administrators_can_deactivate_their_own_account_with_a_first_request() {
    let app = TestApp::new().await;
    let admin = administrator(&app).await;
    let second = app.signed_in("second@example.com", &["admin"]).await;
    let third = app.signed_in("third@example.com", &["admin"]).await;
    app.delete(&path(second.id))
        .bearer(&second)
        .send()
        .await
        .expect(204);
    let body = json!({ "isActive": false });
    update(&app, &third, third.id, 1, body).await.expect(200);
    for gone in [&second, &third] {
        expect_shut_out(&app, gone).await;
        assert_eq!(shown(&app, &admin, gone.id).await["isActive"], false);
    }
}

/// Ten sessions of a user send refreshes and requests while an administrator makes this change. Returns the responses
/// to the requests, and all tokens that the sessions had or got.
async fn meanwhile(
    app: &TestApp,
    ada: &Person,
    change: impl Future<Output = Answer>,
) -> (Vec<Answer>, Vec<Person>) {
    let mut sessions = Vec::new();
    for _ in 0..10 {
        sessions.push(app.signed_in_again(ada).await);
    }
    let refreshing = join_all(sessions.iter().map(|session| {
        let body = json!({ "refreshToken": session.refresh_token });
        let call = app.post("/api/refresh").json(&body);
        call.send()
    }));
    let calling = join_all(sessions.iter().map(|session| {
        let call = app.get("/api/users").bearer(session);
        call.send()
    }));
    let (answer, (refreshed, called)) = join(change, join(refreshing, calling)).await;
    assert!(answer.status.is_success(), "{answer:?}");
    let mut holders = sessions.clone();
    for (session, answer) in sessions.iter().zip(&refreshed) {
        if answer.status == 401 {
            answer.expect_problem(401, "invalid_refresh_token");
            continue;
        }
        let tokens = answer.expect(200);
        let text = |name: &str| tokens[name].as_str().unwrap().to_owned();
        holders.push(Person {
            access_token: text("accessToken"),
            refresh_token: text("refreshToken"),
            ..session.clone()
        });
    }
    (called, holders)
}

#[tokio::test]
async fn t05_after_the_response_to_the_administrator_no_request_and_no_refresh_succeeds() {
    for method in [Method::PATCH, Method::DELETE] {
        let app = TestApp::with(&[("DATABASE_CONNECTION_LIMIT", "10")]).await;
        let admin = administrator(&app).await;
        let ada = app.person("ada@example.com", &["viewer"]).await;
        let change = app.call(method.clone(), &path(ada.id)).bearer(&admin);
        let change = match method {
            Method::PATCH => change.if_match(1).json(&json!({ "isActive": false })),
            _ => change,
        };
        let (called, holders) = meanwhile(&app, &ada, change.send()).await;
        for answer in &called {
            assert!(matches!(answer.status.as_u16(), 200 | 401), "{answer:?}");
        }
        for holder in &holders {
            expect_shut_out(&app, holder).await;
        }
    }
}

#[tokio::test]
async fn t05_after_the_response_to_the_administrator_a_removed_role_grants_nothing() {
    let app = TestApp::with(&[("DATABASE_CONNECTION_LIMIT", "10")]).await;
    let admin = administrator(&app).await;
    let ada = app.person("ada@example.com", &["manager"]).await;
    let change = app.patch(&path(ada.id)).bearer(&admin).if_match(1);
    let change = change.json(&json!({ "roles": ["user"] }));
    let (called, holders) = meanwhile(&app, &ada, change.send()).await;
    for answer in &called {
        assert!(matches!(answer.status.as_u16(), 200 | 403), "{answer:?}");
    }
    assert_eq!(holders.len(), 20, "a changed role ends no session");
    for holder in &holders {
        let call = app.get("/api/users").bearer(holder);
        call.send().await.expect_problem(403, "forbidden");
        let me = app.get("/api/me").bearer(holder).send().await.expect(200);
        assert_eq!(me["roles"], json!(["user"]));
    }
}

#[tokio::test]
async fn a_reactivated_user_can_sign_in_and_old_sessions_stay_ended() {
    let app = TestApp::new().await;
    let admin = administrator(&app).await;
    let ada = app.signed_in("ada@example.com", &["user"]).await;
    let body = json!({ "isActive": false });
    let off = update(&app, &admin, ada.id, 1, body).await.expect(200);
    assert_eq!(off["isActive"], false);
    expect_shut_out(&app, &ada).await;
    let body = json!({ "isActive": true });
    let on = update(&app, &admin, ada.id, 2, body).await.expect(200);
    assert_eq!(on["isActive"], true);
    expect_shut_out(&app, &ada).await;
    let again = app.signed_in_again(&ada).await;
    app.get("/api/me").bearer(&again).send().await.expect(200);
}

#[tokio::test]
async fn a_manager_can_deactivate_managers_and_below_but_not_administrators() {
    let app = TestApp::new().await;
    let manager = app.signed_in("manager@example.com", &["manager"]).await;
    app.person("root@example.com", &["admin"]).await;
    for (role, status) in [
        ("user", 204),
        ("viewer", 204),
        ("manager", 204),
        ("admin", 403),
    ] {
        let person = app.person(&format!("{role}@other.test"), &[role]).await;
        let by_patch = app.patch(&path(person.id)).bearer(&manager).if_match(1);
        let by_patch = by_patch.json(&json!({ "name": "Changed" })).send().await;
        assert_eq!(by_patch.status == 200, status == 204, "{by_patch:?}");
        app.delete(&path(person.id))
            .bearer(&manager)
            .send()
            .await
            .expect(status);
    }
}
