//! Every way of signing in ends the session that the browser had before, even that of another user.

use serde_json::json;

use super::{OWN, ada, refresh};
use crate::support::{Call, PASSWORD, Person, TestApp};

/// Signs Ada in with a password or with a one-time link.
async fn prove<'a>(app: &'a TestApp, admin: &Person, way: &str, delivery: &str) -> Call<'a> {
    let email = "ada@example.com";
    if way == "password" {
        let body = json!({ "email": email, "password": PASSWORD, "delivery": delivery });
        return app.post("/api/login").json(&body);
    }
    let id = "select id from users where email like 'ada@%'";
    let person = Person {
        id: app.database.value(id).await,
        ..admin.clone()
    };
    let token = crate::recovery::link(app, admin, &person).await;
    let body = json!({ "token": token, "password": OWN, "delivery": delivery });
    app.post("/api/recovery").json(&body)
}

#[tokio::test]
async fn signing_in_by_password_or_link_ends_the_session_of_the_cookie() {
    for way in ["password", "link"] {
        let app = TestApp::new().await;
        let admin = app.signed_in("root@example.com", &["admin"]).await;
        let other = app.signed_in("other@example.com", &["user"]).await;
        ada(&app).await;
        // If the response does not overwrite the cookie, its session continues.
        let call = prove(&app, &admin, way, "body").await;
        call.cookie(&other.refresh_token).send().await.expect(200);
        let kept = refresh(&app, &other.refresh_token).await.expect(200);
        let kept = kept["refreshToken"].as_str().unwrap().to_owned();
        let call = prove(&app, &admin, way, "cookie").await;
        let answer = call.cookie(&kept).send().await;
        answer.expect(200);
        refresh(&app, &kept)
            .await
            .expect_problem(401, "invalid_refresh_token");
        let new = answer.cookie("__Host-hallpass").unwrap();
        let reason = format!(
            "select revoked_reason from sessions where user_id = '{}'",
            other.id
        );
        assert_eq!(app.database.value::<String>(&reason).await, "replaced");
        let ended = "select count(*) from audit_events where details ->> 'replaced' is not null";
        assert_eq!(app.database.value::<i64>(ended).await, 1, "{way}");
        app.post("/api/refresh")
            .cookie(&new)
            .send()
            .await
            .expect(200);
    }
}

#[tokio::test]
async fn the_application_role_cannot_insert_sessions_or_change_their_owner() {
    use sqlx::Connection as _;
    let app = TestApp::new().await;
    let ada = ada(&app).await;
    let url = app.database.direct_app_url();
    let mut connection = sqlx::PgConnection::connect(&url).await.unwrap();
    for statement in [
        "insert into hallpass.sessions (id, user_id, idle_expires_at, expires_at) \
            values (gen_random_uuid(), $1, 'infinity', 'infinity')",
        // An existing session cannot be turned into another one.
        "update hallpass.sessions set user_id = $1",
        "update hallpass.sessions set id = gen_random_uuid() where user_id = $1",
        "update hallpass.sessions set vouched_by = null where user_id = $1",
        "update hallpass.sessions set expires_at = 'infinity' where user_id = $1",
        "update hallpass.sessions set created_at = now() where user_id = $1",
    ] {
        let refused = sqlx::query(statement).bind(ada.id);
        let refused = refused.execute(&mut connection).await.unwrap_err();
        let code = refused.as_database_error().unwrap().code().unwrap();
        assert_eq!(code, "42501", "{statement}");
    }
}
