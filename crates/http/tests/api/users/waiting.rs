//! Requests that wait for the lock on a user's row check the row as it is when they get the lock

use futures_util::future::join;
use serde_json::json;
use uuid::Uuid;

use super::{administrator, path, shown};
use crate::support::{Answer, TestApp, eventually};

/// Sends the request while another transaction has changed the user, and commits that transaction once the request
/// waits for the row.
async fn meanwhile(
    app: &TestApp,
    statements: &[&'static str],
    whom: Uuid,
    call: impl Future<Output = Answer>,
) -> Answer {
    let mut other = app.database.owner.begin().await.unwrap();
    for statement in statements {
        let statement = sqlx::query(*statement).bind(whom);
        statement.execute(&mut *other).await.unwrap();
    }
    let committing = async {
        let waiting = "select count(*) from pg_stat_activity \
                       where wait_event_type = 'Lock' and datname = current_database()";
        eventually("the call waits for the row", async || {
            app.database.value::<i64>(waiting).await > 0
        })
        .await;
        other.commit().await.unwrap();
    };
    join(call, committing).await.0
}

const EDIT: &str = "update users set name = 'Edited', version = version + 1 where id = $1";
const PROMOTION: &str = "update users set roles = '{admin}', version = version + 1 where id = $1";
/// The statements of a sign-in, in its order.
const SIGN_IN: [&str; 2] = [
    "update users set last_login_at = clock_timestamp() where id = $1",
    "insert into sessions (id, user_id, idle_expires_at, expires_at) \
     values (gen_random_uuid(), $1, now() + interval '1 day', now() + interval '1 day')",
];
const LIVE: &str = "select count(*) from sessions s join users u on u.id = s.user_id \
                    where revoked_at is null and email = 'ada@example.com'";

#[tokio::test]
async fn t21_a_deactivation_of_an_old_version_is_stale() {
    let app = TestApp::new().await;
    let admin = administrator(&app).await;
    let ada = app.person("ada@example.com", &["user"]).await;
    let call = app.delete(&path(ada.id)).bearer(&admin).if_match(1).send();
    let answer = meanwhile(&app, &[EDIT], ada.id, call).await;
    answer.expect_problem(412, "stale");
    assert_eq!(shown(&app, &admin, ada.id).await["isActive"], true);
}

#[tokio::test]
async fn t21_a_change_to_an_old_version_is_stale() {
    let app = TestApp::new().await;
    let admin = administrator(&app).await;
    let ada = app.person("ada@example.com", &["user"]).await;
    let call = app.patch(&path(ada.id)).bearer(&admin).if_match(1);
    let call = call.json(&json!({ "isActive": false })).send();
    let answer = meanwhile(&app, &[EDIT], ada.id, call).await;
    answer.expect_problem(412, "stale");
    let user = shown(&app, &admin, ada.id).await;
    assert_eq!(
        (&user["name"], &user["isActive"]),
        (&json!("Edited"), &json!(true))
    );
}

#[tokio::test]
async fn a_manager_cannot_deactivate_a_user_who_has_just_become_an_administrator() {
    let app = TestApp::new().await;
    let manager = app.signed_in("manager@example.com", &["manager"]).await;
    let ada = app.person("ada@example.com", &["user"]).await;
    let call = app.delete(&path(ada.id)).bearer(&manager).send();
    let answer = meanwhile(&app, &[PROMOTION], ada.id, call).await;
    answer.expect_problem(403, "forbidden");
    assert_eq!(shown(&app, &manager, ada.id).await["isActive"], true);
}

#[tokio::test]
async fn a_manager_cannot_create_a_link_for_a_user_who_has_just_become_an_administrator() {
    let app = TestApp::new().await;
    let manager = app.signed_in("manager@example.com", &["manager"]).await;
    let ada = app.person("ada@example.com", &["user"]).await;
    let link = format!("{}/setup-link", path(ada.id));
    let call = app.post(&link).bearer(&manager).send();
    let answer = meanwhile(&app, &[PROMOTION], ada.id, call).await;
    answer.expect_problem(403, "forbidden");
}

#[tokio::test]
async fn t05_a_session_opened_in_the_same_moment_ends_with_the_account() {
    let app = TestApp::new().await;
    let admin = administrator(&app).await;
    let ada = app.person("ada@example.com", &["user"]).await;
    let call = app.delete(&path(ada.id)).bearer(&admin).send();
    meanwhile(&app, &SIGN_IN, ada.id, call).await.expect(204);
    assert_eq!(app.database.value::<i64>(LIVE).await, 0);
    let on = app.patch(&path(ada.id)).bearer(&admin).if_match(2);
    on.json(&json!({ "isActive": true }))
        .send()
        .await
        .expect(200);
    let call = app.patch(&path(ada.id)).bearer(&admin).if_match(3);
    let call = call.json(&json!({ "isActive": false })).send();
    meanwhile(&app, &SIGN_IN, ada.id, call).await.expect(200);
    assert_eq!(app.database.value::<i64>(LIVE).await, 0);
}

#[tokio::test]
async fn t06_a_session_opened_with_the_old_password_at_the_same_time_ends() {
    let app = TestApp::new().await;
    let ada = app.signed_in("ada@example.com", &["user"]).await;
    let body = json!({ "currentPassword": crate::support::PASSWORD, "newPassword": "quiet marble harvest" });
    let call = app.post("/api/me/password").bearer(&ada).json(&body).send();
    meanwhile(&app, &SIGN_IN, ada.id, call).await.expect(204);
    assert_eq!(app.database.value::<i64>(LIVE).await, 1);
    app.get("/api/me").bearer(&ada).send().await.expect(200);
}

#[tokio::test]
async fn t06_a_link_also_ends_a_session_opened_at_the_same_time() {
    let app = TestApp::new().await;
    let admin = administrator(&app).await;
    let ada = app.person("ada@example.com", &["user"]).await;
    let link = format!("{}/setup-link", path(ada.id));
    let link = app.post(&link).bearer(&admin).send().await.expect(201);
    let (_, token) = link["setupLink"].as_str().unwrap().split_once('#').unwrap();
    let body = json!({ "token": token, "password": "quiet marble harvest" });
    let call = app.post("/api/recovery").json(&body).send();
    let tokens = meanwhile(&app, &SIGN_IN, ada.id, call).await.expect(200);
    assert_eq!(app.database.value::<i64>(LIVE).await, 1);
    let token = tokens["accessToken"].as_str().unwrap();
    app.get("/api/me").token(token).send().await.expect(200);
}
