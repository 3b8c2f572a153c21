//! Fields that a request body must not contain.

use serde_json::{Value, json};
use uuid::Uuid;

use super::people::stored;
use crate::support::TestApp;
use crate::support::routes::routes;

fn injected() -> [(&'static str, Value); 8] {
    [
        ("id", json!("00000000-0000-7000-8000-000000000001")),
        ("roles", json!(["admin"])),
        ("isActive", json!(true)),
        ("version", json!(9)),
        ("permissions", json!(["system:operate"])),
        ("credentialVersion", json!(0)),
        ("passwordHash", json!("$argon2id$")),
        ("emailVerifiedAt", json!("2026-01-01T00:00:00Z")),
    ]
}

#[tokio::test]
async fn t15_unknown_fields_are_refused_for_every_role() {
    let app = TestApp::new().await;
    let ada = app.person("ada@example.com", &["user"]).await;
    let mut callers = vec![None];
    for role in ["user", "viewer", "manager", "admin"] {
        let email = format!("{role}@caller.test");
        callers.push(Some(app.signed_in(&email, &[role]).await));
    }
    let before = stored(&app).await;
    let mut tried = 0;
    for route in routes() {
        let Some(body) = &route.body else { continue };
        for (field, value) in injected() {
            if route.fields.iter().any(|known| known == field) {
                continue;
            }
            let mut body = body.clone();
            body[field] = value;
            for caller in &callers {
                let call = route.bare(&app, ada.id, Uuid::now_v7()).json(&body);
                let answer = match caller {
                    Some(caller) => call.bearer(caller).send().await,
                    None => call.send().await,
                };
                if caller.is_none() && route.needs_token {
                    answer.expect_problem(401, "unauthenticated");
                } else {
                    answer.expect_fields(422, "invalid_fields", &[(field, "unknown_field")]);
                }
                tried += 1;
            }
        }
    }
    assert!(tried > 200, "{tried}");
    assert_eq!(stored(&app).await, before);
}
