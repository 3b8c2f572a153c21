//! POST /api/me/password: invalid bodies and passwords

use serde_json::{Value, json};

use super::password::{NEW, change};
use crate::support::{PASSWORD, TestApp};

#[tokio::test]
async fn each_invalid_field_is_named() {
    let app = TestApp::new().await;
    let ada = app.signed_in("ada@example.com", &["user"]).await;
    for (body, field, code) in [
        (json!({ "newPassword": NEW }), "currentPassword", "required"),
        (
            json!({ "currentPassword": PASSWORD }),
            "newPassword",
            "required",
        ),
        (
            json!({ "currentPassword": 1, "newPassword": NEW }),
            "currentPassword",
            "invalid_type",
        ),
        (
            json!({ "currentPassword": PASSWORD, "newPassword": Value::Null }),
            "newPassword",
            "invalid_type",
        ),
        (
            json!({ "currentPassword": PASSWORD, "newPassword": NEW, "userId": "x" }),
            "userId",
            "unknown_field",
        ),
    ] {
        let answer = app
            .post("/api/me/password")
            .bearer(&ada)
            .json(&body)
            .send()
            .await;
        answer.expect_fields(422, "invalid_fields", &[(field, code)]);
        assert!(!answer.text().contains(PASSWORD));
    }
}

#[tokio::test]
async fn a_short_a_long_and_a_guessable_new_password_are_refused() {
    let app = TestApp::new().await;
    let ada = app.signed_in("ada.lovelace@engine.test", &["user"]).await;
    let body = json!({ "name": "Augusta King" });
    app.patch("/api/me")
        .bearer(&ada)
        .json(&body)
        .send()
        .await
        .expect(200);
    for (new, code) in [
        ("elf zeichen", "too_short"),
        (&"\u{1f98a}".repeat(11), "too_short"),
        (&"x y".repeat(43), "too_long"),
        ("password1234", "too_common"),
        ("lovelace1815", "too_common"),
        ("Ada.Lovelace!!", "too_common"),
        ("ada.lovelace@engine.test", "too_common"),
        ("AugustaKing1", "too_common"),
        ("k1ngaugusta99", "too_common"),
        ("hallpass-hallpass", "too_common"),
    ] {
        let answer = change(&app, &ada, PASSWORD, new).await;
        answer.expect_fields(422, "invalid_fields", &[("newPassword", code)]);
        app.database.execute("delete from login_throttle").await;
    }
    change(&app, &ada, PASSWORD, NEW).await.expect(204);
}
