//! /api/users/{id}/sessions

use serde_json::{Value, json};
use uuid::Uuid;

use super::{administrator, path};
use crate::support::{Person, TestApp};

pub(crate) async fn listed(app: &TestApp, by: &Person, path: &str) -> Vec<Value> {
    let list = app.get(path).bearer(by).send().await.expect(200);
    assert_eq!(list.as_object().unwrap().len(), 2);
    list["items"].as_array().unwrap().clone()
}

fn of(person: &Person) -> String {
    format!("{}/sessions", path(person.id))
}

async fn lives(app: &TestApp, person: &Person) -> bool {
    let answer = app.get("/api/me").bearer(person).send().await;
    let lives = answer.status == 200;
    if !lives {
        answer.expect_problem(401, "unauthenticated");
    }
    lives
}

#[tokio::test]
async fn active_sessions_are_listed_newest_first() {
    let app = TestApp::new().await;
    let admin = administrator(&app).await;
    let ada = app.person("ada@example.com", &["user"]).await;
    assert_eq!(listed(&app, &admin, &of(&ada)).await, Vec::<Value>::new());
    let body = json!({ "email": ada.email, "password": crate::support::PASSWORD });
    let login = app.post("/api/login").from("2001:db8::7".parse().unwrap());
    let login = login.header("user-agent", "Lynx <b>\u{e4}</b>").json(&body);
    login.send().await.expect(200);
    app.signed_in_again(&ada).await;
    let before = app.statements().await;
    let sessions = listed(&app, &admin, &of(&ada)).await;
    assert_eq!(app.statements().await - before, 1);
    assert_eq!(sessions.len(), 2);
    assert!(sessions[0]["createdAt"].as_str() > sessions[1]["createdAt"].as_str());
    assert_eq!(sessions[0]["userAgent"], "tests");
    assert_eq!(sessions[1]["userAgent"], "Lynx <b>\u{e4}</b>");
    assert_eq!(sessions[0]["ip"], "192.0.2.1");
    assert_eq!(sessions[1]["ip"], "2001:db8::7");
    for session in &sessions {
        assert_eq!(session["current"], false);
        let fields: Vec<_> = session.as_object().unwrap().keys().cloned().collect();
        let mut contract = [
            "createdAt",
            "current",
            "expiresAt",
            "id",
            "idleExpiresAt",
            "ip",
            "lastUsedAt",
            "place",
            "userAgent",
        ];
        contract.sort_unstable();
        let mut fields: Vec<_> = fields.iter().map(String::as_str).collect();
        fields.sort_unstable();
        assert_eq!(fields, contract);
    }
    app.database.execute("update sessions set revoked_at = now(), revoked_reason = 'test' where user_agent = 'tests'
             and user_id = (select id from users where email = 'ada@example.com');
         update sessions set idle_expires_at = now() where user_agent like 'Lynx%'",
    )
    .await;
    assert_eq!(listed(&app, &admin, &of(&ada)).await, Vec::<Value>::new());
}

#[tokio::test]
async fn at_most_a_hundred_sessions_are_listed_with_a_flag_for_more() {
    let app = TestApp::new().await;
    let admin = administrator(&app).await;
    let open = async |count: u32| {
        let sessions = format!(
            "insert into sessions (id, user_id, idle_expires_at, expires_at)
             select gen_random_uuid(), u.id, now() + interval '1 day', now() + interval '1 day'
             from users u, generate_series(1, {count})"
        );
        app.database.execute(&sessions).await;
        app.get(&of(&admin)).bearer(&admin).send().await.expect(200)
    };
    // The number of sessions includes the administrator's current one.
    for (count, listed, more) in [(99, 100, false), (1, 100, true), (50, 100, true)] {
        let list = open(count).await;
        assert_eq!(list["items"].as_array().unwrap().len(), listed);
        assert_eq!(list["more"], more, "{count}");
    }
}

#[tokio::test]
async fn one_session_ends_and_the_others_continue() {
    let app = TestApp::new().await;
    let admin = administrator(&app).await;
    let first = app.signed_in("ada@example.com", &["user"]).await;
    let second = app.signed_in_again(&first).await;
    let newest = listed(&app, &admin, &of(&first)).await[0]["id"].clone();
    let one = format!("{}/{}", of(&first), newest.as_str().unwrap());
    let before = app.statements().await;
    let answer = app.delete(&one).bearer(&admin).send().await;
    assert_eq!(app.statements().await - before, 1);
    answer.expect(204);
    assert!(lives(&app, &first).await);
    assert!(!lives(&app, &second).await);
    let refresh = json!({ "refreshToken": second.refresh_token });
    let answer = app.post("/api/refresh").json(&refresh).send().await;
    answer.expect_problem(401, "invalid_refresh_token");
    let again = app.delete(&one).bearer(&admin).send().await;
    again.expect_problem(404, "not_found");
    let events = app.events().await;
    let event = TestApp::expect_event(&events, "sessions_ended", &admin, first.id);
    assert_eq!(event.session_id, newest.as_str().unwrap().parse().ok());
    assert_eq!(event.details, json!({ "count": 1 }));
}

#[tokio::test]
async fn all_sessions_of_this_user_end_and_no_others() {
    let app = TestApp::new().await;
    let admin = administrator(&app).await;
    let first = app.signed_in("ada@example.com", &["user"]).await;
    let second = app.signed_in_again(&first).await;
    let other = app.signed_in("other@example.com", &["user"]).await;
    let before = app.statements().await;
    app.delete(&of(&first))
        .bearer(&admin)
        .send()
        .await
        .expect(204);
    assert_eq!(app.statements().await - before, 1);
    assert!(!lives(&app, &first).await);
    assert!(!lives(&app, &second).await);
    assert!(lives(&app, &other).await);
    app.delete(&of(&first))
        .bearer(&admin)
        .send()
        .await
        .expect(204);
    let event = TestApp::expect_event(&app.events().await, "sessions_ended", &admin, first.id);
    assert_eq!(event.details, json!({ "count": 2 }));
    assert!(
        lives(&app, &app.signed_in_again(&first).await).await,
        "the account stays"
    );
}

#[tokio::test]
async fn another_users_session_is_not_found_under_this_user() {
    let app = TestApp::new().await;
    let admin = administrator(&app).await;
    let ada = app.signed_in("ada@example.com", &["user"]).await;
    let other = app.signed_in("other@example.com", &["user"]).await;
    let foreign = listed(&app, &admin, &of(&other)).await[0]["id"].clone();
    let foreign = foreign.as_str().unwrap();
    let upper = foreign.to_uppercase();
    for session in [foreign, &upper, "all", "%00", &Uuid::now_v7().to_string()] {
        let path = format!("{}/{session}", of(&ada));
        let answer = app.delete(&path).bearer(&admin).send().await;
        answer.expect_problem(404, "not_found");
    }
    assert!(lives(&app, &other).await);
    assert!(app.events().await.is_empty());
}

#[tokio::test]
async fn the_sessions_of_an_unknown_user_are_404() {
    let app = TestApp::new().await;
    let admin = administrator(&app).await;
    for id in [Uuid::now_v7().to_string(), "nobody".to_owned()] {
        let path = format!("/api/users/{id}/sessions");
        for call in [app.get(&path), app.delete(&path)] {
            call.bearer(&admin)
                .send()
                .await
                .expect_problem(404, "not_found");
        }
    }
}

#[tokio::test]
async fn own_sessions_can_be_ended_including_the_current_one_with_its_first_request() {
    let app = TestApp::new().await;
    let admin = administrator(&app).await;
    let other = app.signed_in_again(&admin).await;
    app.delete(&of(&admin))
        .bearer(&admin)
        .send()
        .await
        .expect(204);
    assert!(!lives(&app, &admin).await);
    assert!(!lives(&app, &other).await);
}
