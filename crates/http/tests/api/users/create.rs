//! POST /api/users

use futures_util::future::join_all;
use serde_json::{Value, json};

use super::{administrator, shown};
use crate::support::{Answer, PASSWORD, Person, TestApp};

pub(super) async fn create(app: &TestApp, by: &Person, body: &Value) -> Answer {
    app.post("/api/users").bearer(by).json(body).send().await
}

fn ada() -> Value {
    json!({ "email": " Ada@Example.com ", "name": " Ada Lovelace ", "roles": ["viewer"] })
}

#[tokio::test]
async fn a_user_created_with_a_password_can_sign_in() {
    let app = TestApp::new().await;
    let admin = administrator(&app).await;
    let mut body = ada();
    body["password"] = PASSWORD.into();
    let before = app.statements().await;
    let answer = create(&app, &admin, &body).await;
    assert_eq!(app.statements().await - before, 1);
    let user = answer.expect(201);
    let id = user["id"].as_str().unwrap();
    assert_eq!(
        answer.header("location"),
        Some(&*format!("/api/users/{id}"))
    );
    assert_eq!(answer.header("etag"), Some("\"1\""));
    assert!(user.get("setupLink").is_none());
    assert!(!answer.text().contains(PASSWORD));
    assert_eq!(user["email"], "Ada@Example.com");
    assert_eq!(user["name"], "Ada Lovelace");
    assert_eq!(user["roles"], json!(["viewer"]));
    assert_eq!(user["isActive"], true);
    assert_eq!(user["emailVerifiedAt"], Value::Null);
    assert_eq!(user["lastLoginAt"], Value::Null);
    assert_eq!(user["version"], 1);
    assert_eq!(user["createdAt"], user["updatedAt"]);
    let location = answer.header("location").unwrap();
    let same = app.get(location).bearer(&admin).send().await;
    assert_eq!(same.expect(200), user);
    let login = json!({ "email": "ada@example.com", "password": PASSWORD });
    app.post("/api/login").json(&login).send().await.expect(200);
}

#[tokio::test]
async fn a_user_created_without_a_password_gets_a_setup_link() {
    let app = TestApp::new().await;
    let admin = administrator(&app).await;
    let before = app.statements().await;
    let created = create(&app, &admin, &ada()).await.expect(201);
    assert_eq!(app.statements().await - before, 1);
    let link = created["setupLink"].as_str().unwrap();
    let token = link
        .strip_prefix("https://hallpass.test/welcome#")
        .expect("a link at the own origin with the token in the fragment");
    let redeem = json!({ "token": token, "password": PASSWORD });
    let tokens = app
        .post("/api/recovery")
        .json(&redeem)
        .send()
        .await
        .expect(200);
    assert_eq!(tokens["user"]["id"], created["id"]);
    let login = json!({ "email": "ada@example.com", "password": PASSWORD });
    app.post("/api/login").json(&login).send().await.expect(200);
    let again = app.post("/api/recovery").json(&redeem).send().await;
    again.expect_problem(401, "invalid_link");
}

#[tokio::test]
async fn a_creation_is_recorded_once_with_actor_user_and_roles() {
    let app = TestApp::new().await;
    let admin = administrator(&app).await;
    let created = create(&app, &admin, &ada()).await.expect(201);
    let id = created["id"].as_str().unwrap().parse().unwrap();
    let event = TestApp::expect_event(&app.events().await, "user_created", &admin, id);
    let details = json!({ "roles": ["viewer"], "withPassword": false });
    assert_eq!(event.details, details);
    assert!(event.session_id.is_some());
    let mut body = ada();
    body["email"] = json!("bob@example.com");
    body["password"] = json!(PASSWORD);
    let created = create(&app, &admin, &body).await.expect(201);
    let id = created["id"].as_str().unwrap().parse().unwrap();
    let events = app.events().await;
    let event = TestApp::expect_event(&events[events.len() - 1..], "user_created", &admin, id);
    let details = json!({ "roles": ["viewer"], "withPassword": true });
    assert_eq!(event.details, details);
}

#[tokio::test]
async fn a_role_named_twice_is_held_once() {
    let app = TestApp::new().await;
    let admin = administrator(&app).await;
    let mut body = ada();
    body["roles"] = json!(["viewer", "manager", "viewer", "manager"]);
    let created = create(&app, &admin, &body).await.expect(201);
    assert_eq!(created["roles"], json!(["manager", "viewer"]));
}

#[tokio::test]
async fn an_address_is_taken_in_any_case_and_unicode_form() {
    let app = TestApp::new().await;
    let admin = administrator(&app).await;
    let mut body = ada();
    body["email"] = "jos\u{e9}@example.com".into();
    create(&app, &admin, &body).await.expect(201);
    for email in [
        "jos\u{e9}@example.com",
        "JOSE\u{301}@EXAMPLE.COM",
        "  Jos\u{e9}@Example.com",
        "\u{ff4a}os\u{e9}@example.com",
    ] {
        body["email"] = email.into();
        let answer = create(&app, &admin, &body).await;
        answer.expect_problem(409, "email_taken");
    }
    assert_eq!(
        app.database
            .value::<i64>("select count(*) from users")
            .await,
        2
    );
    assert_eq!(
        app.events().await.len(),
        1,
        "refused requests are not recorded"
    );
}

#[tokio::test]
async fn t22_fifty_parallel_creations_make_one_account() {
    let app = TestApp::with(&[("DATABASE_CONNECTION_LIMIT", "10")]).await;
    let admin = administrator(&app).await;
    let spellings = [
        "jos\u{e9}@example.com",
        "JOSE\u{301}@example.com",
        "Jos\u{e9}@EXAMPLE.com",
    ];
    let calls = (0..50).map(|i| {
        let body = json!({ "email": spellings[i % 3], "name": "Jos\u{e9}", "roles": ["user"] });
        let (app, admin) = (&app, &admin);
        async move { create(app, admin, &body).await }
    });
    let answers = join_all(calls).await;
    let made = answers.iter().filter(|answer| answer.status == 201).count();
    assert_eq!(made, 1);
    for answer in answers.iter().filter(|answer| answer.status != 201) {
        answer.expect_problem(409, "email_taken");
    }
    assert_eq!(
        app.database
            .value::<i64>("select count(*) from users")
            .await,
        2
    );
    assert_eq!(app.events().await.len(), 1);
}

#[tokio::test]
async fn a_role_with_permissions_that_the_caller_lacks_cannot_be_granted() {
    let app = TestApp::new().await;
    let manager = app.signed_in("manager@example.com", &["manager"]).await;
    let mut body = ada();
    for roles in [json!(["admin"]), json!(["viewer", "admin"])] {
        body["roles"] = roles;
        let answer = create(&app, &manager, &body).await;
        answer.expect_problem(403, "forbidden");
    }
    assert_eq!(
        app.database
            .value::<i64>("select count(*) from users")
            .await,
        1
    );
    assert!(app.events().await.is_empty());
    for (i, roles) in [json!(["user"]), json!(["viewer"]), json!(["manager"])]
        .iter()
        .enumerate()
    {
        body["email"] = format!("ada{i}@example.com").into();
        body["roles"] = roles.clone();
        let created = create(&app, &manager, &body).await.expect(201);
        let id = created["id"].as_str().unwrap().parse().unwrap();
        assert_eq!(&shown(&app, &manager, id).await["roles"], roles);
    }
}
