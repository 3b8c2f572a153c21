//! POST /api/users/{id}/setup-link

use serde_json::{Value, json};
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;
use uuid::Uuid;

use super::{administrator, path};
use crate::support::{Answer, PASSWORD, Person, TestApp};

async fn renew(app: &TestApp, by: &Person, id: Uuid) -> Answer {
    let path = format!("{}/setup-link", path(id));
    app.post(&path).bearer(by).send().await
}

async fn redeem(app: &TestApp, link: &Value, password: &str) -> Answer {
    let (_, token) = link["setupLink"].as_str().unwrap().split_once('#').unwrap();
    let body = json!({ "token": token, "password": password, "delivery": "body" });
    app.post("/api/recovery").json(&body).send().await
}

const NEW: &str = "quiet marble harvest";

#[tokio::test]
async fn a_link_sets_the_password_once_within_72_hours() {
    let app = TestApp::new().await;
    let admin = administrator(&app).await;
    let ada = app.person("ada@example.com", &["user"]).await;
    let before = app.statements().await;
    let link = renew(&app, &admin, ada.id).await.expect(201);
    assert_eq!(app.statements().await - before, 1);
    let expires_at = OffsetDateTime::parse(link["expiresAt"].as_str().unwrap(), &Rfc3339).unwrap();
    let now: OffsetDateTime = sqlx::query_scalar("select now()")
        .fetch_one(&app.database.owner)
        .await
        .unwrap();
    let hours = (expires_at - now).as_seconds_f64() / 3600.0;
    assert!((71.9..=72.0).contains(&hours), "{hours} hours");
    redeem(&app, &link, NEW).await.expect(200);
    redeem(&app, &link, NEW)
        .await
        .expect_problem(401, "invalid_link");
    for (password, status) in [(NEW, 200), (PASSWORD, 401)] {
        let login = json!({ "email": ada.email, "password": password });
        app.post("/api/login")
            .json(&login)
            .send()
            .await
            .expect(status);
    }
}

#[tokio::test]
async fn t06_a_newer_link_replaces_all_older_links() {
    let app = TestApp::new().await;
    let admin = administrator(&app).await;
    let body = json!({ "email": "ada@example.com", "name": "Ada", "roles": ["user"] });
    let created = app
        .post("/api/users")
        .bearer(&admin)
        .json(&body)
        .send()
        .await
        .expect(201);
    let id = created["id"].as_str().unwrap().parse().unwrap();
    let second = renew(&app, &admin, id).await.expect(201);
    let third = renew(&app, &admin, id).await.expect(201);
    for dead in [&created, &second] {
        redeem(&app, dead, NEW)
            .await
            .expect_problem(401, "invalid_link");
    }
    redeem(&app, &third, NEW).await.expect(200);
}

#[tokio::test]
async fn password_and_sessions_stay_until_the_link_is_used() {
    let app = TestApp::new().await;
    let admin = administrator(&app).await;
    let ada = app.signed_in("ada@example.com", &["user"]).await;
    let link = renew(&app, &admin, ada.id).await.expect(201);
    app.get("/api/me").bearer(&ada).send().await.expect(200);
    let again = app.signed_in_again(&ada).await;
    redeem(&app, &link, NEW).await.expect(200);
    for person in [&ada, &again] {
        let answer = app.get("/api/me").bearer(person).send().await;
        answer.expect_problem(401, "unauthenticated");
    }
}

#[tokio::test]
async fn an_update_keeps_the_link_valid_and_a_new_link_keeps_the_version() {
    let app = TestApp::new().await;
    let admin = administrator(&app).await;
    let ada = app.person("ada@example.com", &["user"]).await;
    let link = renew(&app, &admin, ada.id).await.expect(201);
    let change = app.patch(&path(ada.id)).bearer(&admin).if_match(1);
    change
        .json(&json!({ "name": "Ada L." }))
        .send()
        .await
        .expect(200);
    redeem(&app, &link, NEW).await.expect(200);
}

#[tokio::test]
async fn deactivated_and_unknown_users_get_no_link() {
    let app = TestApp::new().await;
    let admin = administrator(&app).await;
    let ada = app.person("ada@example.com", &["user"]).await;
    let link = renew(&app, &admin, ada.id).await.expect(201);
    app.database
        .execute("update users set is_active = false where email = 'ada@example.com'")
        .await;
    renew(&app, &admin, ada.id)
        .await
        .expect_problem(404, "not_found");
    redeem(&app, &link, NEW)
        .await
        .expect_problem(401, "invalid_link");
    renew(&app, &admin, Uuid::now_v7())
        .await
        .expect_problem(404, "not_found");
    let events = app.events().await;
    let names: Vec<_> = events.iter().map(|event| event.name.as_str()).collect();
    assert_eq!(names, ["setup_link_made", "link_refused"]);
}

#[tokio::test]
async fn a_manager_can_create_links_for_managers_and_below_but_not_for_administrators() {
    let app = TestApp::new().await;
    let manager = app.signed_in("manager@example.com", &["manager"]).await;
    for (role, status) in [
        ("user", 201),
        ("viewer", 201),
        ("manager", 201),
        ("admin", 403),
    ] {
        let person = app.person(&format!("{role}@other.test"), &[role]).await;
        renew(&app, &manager, person.id).await.expect(status);
    }
    assert_eq!(app.events().await.len(), 3);
}

#[tokio::test]
async fn a_new_link_is_recorded_once_with_actor_and_user() {
    let app = TestApp::new().await;
    let admin = administrator(&app).await;
    let ada = app.person("ada@example.com", &["user"]).await;
    let link = renew(&app, &admin, ada.id).await.expect(201);
    let events = app.events().await;
    TestApp::expect_event(&events, "setup_link_made", &admin, ada.id);
    let (_, token) = link["setupLink"].as_str().unwrap().split_once('#').unwrap();
    assert!(!format!("{events:?}").contains(token));
}

#[tokio::test]
async fn the_body_can_be_missing_or_an_empty_object_only() {
    let app = TestApp::new().await;
    let admin = administrator(&app).await;
    let ada = app.person("ada@example.com", &["user"]).await;
    let path = format!("{}/setup-link", path(ada.id));
    let call = || app.post(&path).bearer(&admin);
    call().json(&json!({})).send().await.expect(201);
    let answer = call().json(&json!({ "expiresIn": 9 })).send().await;
    answer.expect_fields(422, "invalid_fields", &[("expiresIn", "unknown_field")]);
    let answer = call().body("application/json", "{").send().await;
    answer.expect_problem(400, "malformed_json");
    let answer = call().body("text/plain", "{}").send().await;
    answer.expect_problem(415, "unsupported_media_type");
    let answer = call()
        .body("application/json", " ".repeat(64 * 1024 + 1))
        .send()
        .await;
    answer.expect_problem(413, "body_too_large");
}
