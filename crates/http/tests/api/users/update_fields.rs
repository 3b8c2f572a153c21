//! PATCH /api/users/{id}: invalid bodies

use serde_json::json;

use super::update::update;
use super::{administrator, shown};
use crate::support::TestApp;

#[tokio::test]
async fn each_invalid_field_is_named() {
    let app = TestApp::new().await;
    let admin = administrator(&app).await;
    let ada = app.person("ada@example.com", &["user"]).await;
    for (body, fields) in [
        (json!({ "email": "ada" }), &[("email", "invalid_email")][..]),
        (
            json!({ "email": "bob@smoke.invalid" }),
            &[("email", "reserved_email")],
        ),
        (json!({ "name": " " }), &[("name", "required")]),
        (json!({ "name": "x".repeat(201) }), &[("name", "too_long")]),
        (
            json!({ "name": "a\u{7f}b" }),
            &[("name", "invalid_characters")],
        ),
        (json!({ "roles": [] }), &[("roles", "invalid_roles")]),
        (json!({ "roles": ["owner"] }), &[("roles", "unknown_role")]),
        (json!({ "roles": "admin" }), &[("roles", "invalid_type")]),
        (json!({ "isActive": "no" }), &[("isActive", "invalid_type")]),
        (json!({ "isActive": 0 }), &[("isActive", "invalid_type")]),
        (
            json!({ "email": "", "name": "", "roles": [] }),
            &[
                ("email", "invalid_email"),
                ("name", "required"),
                ("roles", "invalid_roles"),
            ],
        ),
    ] {
        let answer = update(&app, &admin, ada.id, 1, body).await;
        answer.expect_fields(422, "invalid_fields", fields);
    }
    assert_eq!(shown(&app, &admin, ada.id).await["version"], 1);
}

#[tokio::test]
async fn t15_fields_that_the_caller_must_not_set_are_refused() {
    let app = TestApp::new().await;
    let admin = administrator(&app).await;
    let ada = app.person("ada@example.com", &["user"]).await;
    for field in [
        "id",
        "version",
        "password",
        "passwordHash",
        "is_active",
        "emailVerifiedAt",
        "lastLoginAt",
        "createdAt",
        "updatedAt",
        "credentialVersion",
        "permissions",
    ] {
        let body = json!({ "name": "X", field: 1 });
        let answer = update(&app, &admin, ada.id, 1, body).await;
        answer.expect_fields(422, "invalid_fields", &[(field, "unknown_field")]);
    }
    assert_eq!(shown(&app, &admin, ada.id).await["name"], "ada");
}
