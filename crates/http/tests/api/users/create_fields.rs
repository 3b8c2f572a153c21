//! POST /api/users: invalid bodies

use serde_json::{Value, json};

use super::administrator;
use super::create::create;
use crate::support::{PASSWORD, TestApp};

/// A valid body with one field replaced, or omitted if the value is `null`.
fn with(field: &str, value: Value) -> Value {
    let mut body = json!({ "email": "ada@example.com", "name": "Ada", "roles": ["user"] });
    if value.is_null() {
        body.as_object_mut().unwrap().remove(field);
    } else {
        body[field] = value;
    }
    body
}

#[tokio::test]
async fn each_invalid_field_is_named() {
    let app = TestApp::new().await;
    let admin = administrator(&app).await;
    let many: Vec<_> = (0..17).map(|i| format!("role{i}")).collect();
    for (field, value, name, code) in [
        ("email", Value::Null, "email", "required"),
        ("name", Value::Null, "name", "required"),
        ("roles", Value::Null, "roles", "required"),
        ("email", json!(7), "email", "invalid_type"),
        ("email", json!(""), "email", "invalid_email"),
        ("email", json!("ada"), "email", "invalid_email"),
        (
            "email",
            json!("ada@Smoke.INVALID"),
            "email",
            "reserved_email",
        ),
        ("email", json!("ada@localhost"), "email", "invalid_email"),
        ("email", json!("a da@example.com"), "email", "invalid_email"),
        (
            "email",
            json!("ada@example.com\u{0}"),
            "email",
            "invalid_email",
        ),
        (
            "email",
            json!("ada\r\nBcc: x@example.com"),
            "email",
            "invalid_email",
        ),
        (
            "email",
            json!(format!("{}@example.com", "a".repeat(250))),
            "email",
            "invalid_email",
        ),
        ("name", json!("  "), "name", "required"),
        ("name", json!("x".repeat(201)), "name", "too_long"),
        ("name", json!("Ada\nLovelace"), "name", "invalid_characters"),
        ("name", json!("Ada\u{0}"), "name", "invalid_characters"),
        ("name", json!("\u{200b}\u{2060}"), "name", "required"),
        ("name", json!("\u{3164}"), "name", "required"),
        (
            "name",
            json!("gnp\u{202e}exe"),
            "name",
            "invalid_characters",
        ),
        ("name", json!("A\u{2028}B"), "name", "invalid_characters"),
        ("name", json!("A\u{200d}B"), "name", "invalid_characters"),
        ("email", json!("ada@127.0.0.1"), "email", "invalid_email"),
        (
            "email",
            json!("ada@xn--a.example"),
            "email",
            "invalid_email",
        ),
        (
            "password",
            json!("zebra\numbrella"),
            "password",
            "invalid_characters",
        ),
        ("name", json!({}), "name", "invalid_type"),
        ("roles", json!([]), "roles", "invalid_roles"),
        ("roles", json!(many), "roles", "invalid_roles"),
        ("roles", json!("admin"), "roles", "invalid_type"),
        ("roles", json!(["user", 1]), "roles[1]", "invalid_type"),
        ("roles", json!(["user", "owner"]), "roles", "unknown_role"),
        ("roles", json!(["User"]), "roles", "unknown_role"),
        ("roles", json!(["us\u{0}er"]), "roles", "unknown_role"),
        ("password", json!("short"), "password", "too_short"),
        ("password", json!("x".repeat(129)), "password", "too_long"),
        ("password", json!("password1234"), "password", "too_common"),
        (
            "password",
            json!("ada@example.com"),
            "password",
            "too_common",
        ),
    ] {
        let body = with(field, value);
        let answer = create(&app, &admin, &body).await;
        answer.expect_fields(422, "invalid_fields", &[(name, code)]);
    }
    assert_eq!(
        app.database
            .value::<i64>("select count(*) from users")
            .await,
        1
    );
}

#[tokio::test]
async fn all_invalid_fields_are_named_at_once() {
    let app = TestApp::new().await;
    let admin = administrator(&app).await;
    let body = json!({ "email": "ada", "name": "", "roles": [], "password": "short" });
    let fields = [
        ("password", "too_short"),
        ("email", "invalid_email"),
        ("name", "required"),
        ("roles", "invalid_roles"),
    ];
    let answer = create(&app, &admin, &body).await;
    answer.expect_fields(422, "invalid_fields", &fields);
}

#[tokio::test]
async fn t15_fields_that_the_caller_must_not_set_are_refused() {
    let app = TestApp::new().await;
    let admin = administrator(&app).await;
    for (field, value) in [
        ("id", json!("00000000-0000-7000-8000-000000000001")),
        ("isActive", json!(true)),
        ("is_active", json!(true)),
        ("version", json!(9)),
        ("emailVerifiedAt", json!("2026-01-01T00:00:00Z")),
        ("lastLoginAt", json!("2026-01-01T00:00:00Z")),
        ("createdAt", json!("2026-01-01T00:00:00Z")),
        ("updatedAt", json!("2026-01-01T00:00:00Z")),
        ("passwordHash", json!("$argon2id$")),
        ("password_hash", json!("$argon2id$")),
        ("credentialVersion", json!(0)),
        ("permissions", json!(["system:operate"])),
        ("__proto__", json!({})),
    ] {
        let answer = create(&app, &admin, &with(field, value)).await;
        answer.expect_fields(422, "invalid_fields", &[(field, "unknown_field")]);
    }
    assert_eq!(
        app.database
            .value::<i64>("select count(*) from users")
            .await,
        1
    );
}

#[tokio::test]
async fn a_password_is_taken_verbatim() {
    let app = TestApp::new().await;
    let admin = administrator(&app).await;
    let password = format!("  {PASSWORD} \u{e4}\u{1f98a}  ");
    create(&app, &admin, &with("password", json!(password)))
        .await
        .expect(201);
    for (tried, status) in [(password.clone(), 200), (password.trim().to_owned(), 401)] {
        let login = json!({ "email": "ada@example.com", "password": tried });
        app.post("/api/login")
            .json(&login)
            .send()
            .await
            .expect(status);
    }
}

#[tokio::test]
async fn names_and_addresses_in_all_scripts_are_accepted() {
    let app = TestApp::new().await;
    let admin = administrator(&app).await;
    for (email, name) in [
        (
            "\u{938}\u{902}\u{92a}\u{930}\u{94d}\u{915}@\u{921}\u{93e}\u{91f}\u{93e}\u{92e}\u{947}\u{932}.\u{92d}\u{93e}\u{930}\u{924}",
            "\u{915}\u{94d}\u{200d}\u{937}",
        ),
        (
            "\u{7528}\u{6237}@\u{4f8b}\u{5b50}.\u{5e7f}\u{544a}",
            "\u{645}\u{6cc}\u{200c}\u{62e}\u{648}\u{627}\u{647}\u{645}",
        ),
        (
            "ada@m\u{fc}nchen.example",
            "\u{1f469}\u{1f3fd}\u{200d}\u{1f4bb}",
        ),
    ] {
        let body = json!({ "email": email, "name": name, "roles": ["user"] });
        let created = create(&app, &admin, &body).await.expect(201);
        assert_eq!(
            (&created["email"], &created["name"]),
            (&json!(email), &json!(name))
        );
    }
    let body = json!({ "email": "Ada@xn--mnchen-3ya.example", "name": "Ada", "roles": ["user"] });
    create(&app, &admin, &body)
        .await
        .expect_problem(409, "email_taken");
}

#[tokio::test]
async fn fields_of_the_maximum_length_are_accepted() {
    let app = TestApp::new().await;
    let admin = administrator(&app).await;
    let label = "a".repeat(61);
    let email = format!("{}@{label}.{label}.{label}.io", "b".repeat(64));
    let name = "\u{1f98a}".repeat(200);
    let body = json!({ "email": email, "name": name, "roles": ["user"] });
    let created = create(&app, &admin, &body).await.expect(201);
    assert_eq!(created["email"], email);
    assert_eq!(created["name"], name);
}
