//! GET /api/audit: the fields of an event

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::{page, texts};
use crate::support::{PASSWORD, TestApp};

#[tokio::test]
async fn events_are_listed_newest_first_with_actor_and_user() {
    let app = TestApp::new().await;
    let admin = app.signed_in("root@example.com", &["admin"]).await;
    let ada = app.person("ada@example.com", &["user"]).await;
    let change = json!({ "roles": ["viewer"] });
    let call = app.patch(&format!("/api/users/{}", ada.id)).bearer(&admin);
    let changed = call.if_match(1).json(&change).send().await;
    changed.expect(200);
    let wrong = json!({ "email": "nobody@example.com", "password": PASSWORD });
    let answer = app.post("/api/login").json(&wrong).send().await;
    answer.expect_problem(401, "invalid_credentials");
    let before = app.statements().await;
    let list = page(&app, &admin, "").await;
    assert_eq!(app.statements().await - before, 1);
    assert_eq!(
        texts(&list, "event"),
        ["login_failed", "user_roles_changed", "login"]
    );
    assert_eq!(texts(&list, "severity"), ["warning", "info", "info"]);
    assert_eq!(
        list["page"],
        json!({ "size": 50, "next": null, "prev": null })
    );
    let event = &list["items"][1];
    let fields = "id occurredAt event severity actorId actorEmail userId userEmail sessionId ip \
                  userAgent requestId details";
    let found: BTreeSet<_> = event
        .as_object()
        .unwrap()
        .keys()
        .map(String::as_str)
        .collect();
    assert_eq!(found, fields.split_whitespace().collect());
    assert_eq!(event["actorId"], json!(admin.id));
    assert_eq!(event["actorEmail"], "root@example.com");
    assert_eq!(event["userId"], json!(ada.id));
    assert_eq!(event["userEmail"], "ada@example.com");
    assert_eq!(event["ip"], "192.0.2.1");
    assert_eq!(event["userAgent"], "tests");
    assert_eq!(event["requestId"], changed.header("x-request-id").unwrap());
    let details = json!({ "version": 2, "rolesBefore": ["user"], "roles": ["viewer"] });
    assert_eq!(event["details"], details);
    assert!(event["occurredAt"].as_str().unwrap().ends_with('Z'));
    assert!(event["sessionId"].is_string());
    // The failed sign-in has neither an actor nor a user: no account has the address.
    let failed = &list["items"][0];
    for field in ["actorId", "actorEmail", "userId", "userEmail", "sessionId"] {
        assert_eq!(failed[field], Value::Null, "{field}");
    }
}

#[tokio::test]
async fn reading_is_not_recorded() {
    let app = TestApp::new().await;
    let admin = app.signed_in("root@example.com", &["admin"]).await;
    let first = page(&app, &admin, "").await;
    page(&app, &admin, "severity=critical").await;
    assert_eq!(page(&app, &admin, "").await, first);
}
