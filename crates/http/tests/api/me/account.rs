//! GET and PATCH /api/me

use serde_json::json;

use crate::support::TestApp;

#[tokio::test]
async fn the_current_user_is_shown_with_the_version_as_entity_tag() {
    let app = TestApp::new().await;
    let ada = app.signed_in("Ada@example.com", &["user"]).await;
    let before = app.statements().await;
    let answer = app.get("/api/me").bearer(&ada).send().await;
    assert_eq!(app.statements().await - before, 1);
    let me = answer.expect(200);
    assert_eq!(answer.header("etag"), Some("\"1\""));
    assert_eq!(me["id"], json!(ada.id));
    assert_eq!(me["email"], "Ada@example.com");
    assert_eq!(me["roles"], json!(["user"]));
    assert!(me["lastLoginAt"].is_string());
    assert_eq!(me["permissions"], json!([]));
    assert_eq!(me.as_object().unwrap().len(), 11);
}

#[tokio::test]
async fn the_permissions_shown_are_the_current_ones() {
    let app = TestApp::new().await;
    app.person("root@example.com", &["admin"]).await;
    let ada = app.signed_in("ada@example.com", &["viewer"]).await;
    let me = || async { app.get("/api/me").bearer(&ada).send().await.expect(200) };
    assert_eq!(me().await["permissions"], json!(["users:read"]));
    for (roles, permissions) in [
        (
            "manager,viewer",
            json!(["sessions:revoke", "users:read", "users:write"]),
        ),
        (
            "admin",
            json!([
                "audit:read",
                "sessions:revoke",
                "system:operate",
                "users:read",
                "users:write"
            ]),
        ),
        ("user", json!([])),
    ] {
        let change =
            format!("update users set roles = '{{{roles}}}' where email = 'ada@example.com'");
        app.database.execute(&change).await;
        assert_eq!(me().await["permissions"], permissions, "{roles}");
        let call = app.patch("/api/me").bearer(&ada);
        let patched = call.json(&json!({ "name": roles })).send().await;
        assert_eq!(patched.expect(200)["permissions"], permissions, "{roles}");
    }
}

#[tokio::test]
async fn the_name_may_be_changed_with_and_without_a_version() {
    let app = TestApp::new().await;
    let ada = app.signed_in("ada@example.com", &["user"]).await;
    let patch = |name: &str| {
        app.patch("/api/me")
            .bearer(&ada)
            .json(&json!({ "name": name }))
    };
    let before = app.statements().await;
    let answer = patch(" Ada ").send().await;
    assert_eq!(app.statements().await - before, 1);
    let me = answer.expect(200);
    assert_eq!(answer.header("etag"), Some("\"2\""));
    assert_eq!((&me["name"], &me["version"]), (&json!("Ada"), &json!(2)));
    let me = patch("Ada L.").if_match(2).send().await.expect(200);
    assert_eq!(me["version"], 3);
    for version in [1, 2, 4] {
        let answer = patch("Late").if_match(version).send().await;
        answer.expect_problem(412, "stale");
    }
    let answer = patch("Late").header("if-match", "W/\"2\"").send().await;
    answer.expect_problem(412, "stale");
    let me = app.get("/api/me").bearer(&ada).send().await.expect(200);
    assert_eq!(me["name"], "Ada L.");
    let events = app.events().await;
    assert_eq!(events.len(), 2);
    let event = TestApp::expect_event(&events[1..], "user_updated", &ada, ada.id);
    assert_eq!(event.details, json!({ "version": 3 }));
}

#[tokio::test]
async fn a_user_is_found_by_a_changed_name() {
    let app = TestApp::new().await;
    let ada = app.signed_in("ada@example.com", &["viewer"]).await;
    let body = json!({ "name": "Countess \u{c4}" });
    app.patch("/api/me")
        .bearer(&ada)
        .json(&body)
        .send()
        .await
        .expect(200);
    let found = app
        .get("/api/users?q=countess%20%C3%A4")
        .bearer(&ada)
        .send()
        .await
        .expect(200);
    assert_eq!(found["total"]["value"], 1);
    let gone = app
        .get("/api/users?q=ada%0A")
        .bearer(&ada)
        .send()
        .await
        .expect(200);
    assert_eq!(gone["total"]["value"], 1, "the address is still hers");
}

#[tokio::test]
async fn t15_users_can_change_only_the_name_of_their_own_account() {
    let app = TestApp::new().await;
    let ada = app.signed_in("ada@example.com", &["admin"]).await;
    for field in [
        "id",
        "email",
        "roles",
        "isActive",
        "version",
        "password",
        "emailVerifiedAt",
        "createdAt",
    ] {
        let body = json!({ "name": "X", field: null });
        let answer = app.patch("/api/me").bearer(&ada).json(&body).send().await;
        answer.expect_fields(422, "invalid_fields", &[(field, "unknown_field")]);
    }
    for (name, code) in [
        (json!(""), "required"),
        (json!("x".repeat(201)), "too_long"),
        (json!("a\tb"), "invalid_characters"),
        (json!(1), "invalid_type"),
    ] {
        let body = json!({ "name": name });
        let answer = app.patch("/api/me").bearer(&ada).json(&body).send().await;
        answer.expect_fields(422, "invalid_fields", &[("name", code)]);
    }
    assert!(app.events().await.is_empty());
}
