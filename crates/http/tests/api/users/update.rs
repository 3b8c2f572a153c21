//! PATCH /api/users/{id}

use futures_util::future::join_all;
use serde_json::{Value, json};
use uuid::Uuid;

use super::{administrator, path, shown};
use crate::support::{Answer, Person, TestApp};

pub(super) async fn update(
    app: &TestApp,
    by: &Person,
    id: Uuid,
    version: i64,
    body: Value,
) -> Answer {
    let call = app.patch(&path(id)).bearer(by).if_match(version);
    call.json(&body).send().await
}

#[tokio::test]
async fn an_update_changes_the_given_fields_and_increments_the_version() {
    let app = TestApp::new().await;
    let admin = administrator(&app).await;
    let ada = app.person("ada@example.com", &["user"]).await;
    let before = shown(&app, &admin, ada.id).await;
    let statements = app.statements().await;
    let answer = update(
        &app,
        &admin,
        ada.id,
        1,
        json!({ "name": " Ada  Lovelace " }),
    )
    .await;
    assert_eq!(app.statements().await - statements, 1);
    let after = answer.expect(200);
    assert_eq!(answer.header("etag"), Some("\"2\""));
    assert_eq!(after["name"], "Ada  Lovelace");
    assert_eq!(after["version"], 2);
    assert_ne!(after["updatedAt"], before["updatedAt"]);
    for same in [
        "id",
        "email",
        "roles",
        "isActive",
        "createdAt",
        "lastLoginAt",
    ] {
        assert_eq!(after[same], before[same], "{same}");
    }
    assert_eq!(shown(&app, &admin, ada.id).await, after);
    let body = json!({ "email": "A.Lovelace@example.com", "roles": ["viewer", "user"] });
    let after = update(&app, &admin, ada.id, 2, body).await.expect(200);
    assert_eq!(after["email"], "A.Lovelace@example.com");
    assert_eq!(after["roles"], json!(["user", "viewer"]));
    assert_eq!(after["version"], 3);
}

#[tokio::test]
async fn null_leaves_a_field_unchanged() {
    let app = TestApp::new().await;
    let admin = administrator(&app).await;
    let ada = app.person("ada@example.com", &["user"]).await;
    let body = json!({ "name": null, "email": null, "roles": null, "isActive": null });
    let after = update(&app, &admin, ada.id, 1, body).await.expect(200);
    assert_eq!(after["email"], "ada@example.com");
    assert_eq!(after["roles"], json!(["user"]));
    assert_eq!(after["isActive"], true);
}

#[tokio::test]
async fn another_version_is_stale_and_a_missing_one_is_refused() {
    let app = TestApp::new().await;
    let admin = administrator(&app).await;
    let ada = app.person("ada@example.com", &["user"]).await;
    for version in [0, 2, -1, 99] {
        let answer = update(&app, &admin, ada.id, version, json!({ "name": "X" })).await;
        answer.expect_problem(412, "stale");
    }
    let with = |tag: &str| {
        let call = app.patch(&path(ada.id)).bearer(&admin);
        let call = call.header("if-match", tag);
        call.json(&json!({ "name": "X" })).send()
    };
    for tag in ["\"x\"", "\"01\"", "\"2\", W/\"3\"", "\"99999999999\""] {
        with(tag).await.expect_problem(412, "stale");
    }
    for tag in ["1", "\"1", "*, \"1\"", ""] {
        with(tag).await.expect_problem(400, "invalid_if_match");
    }
    let call = app.patch(&path(ada.id)).bearer(&admin);
    let answer = call.json(&json!({ "name": "X" })).send().await;
    answer.expect_problem(428, "if_match_required");
    assert_eq!(shown(&app, &admin, ada.id).await["name"], "ada");
    assert!(app.events().await.is_empty());
}

#[tokio::test]
async fn if_match_takes_a_list_weak_tags_and_any_version() {
    let app = TestApp::new().await;
    let admin = administrator(&app).await;
    let ada = app.person("ada@example.com", &["user"]).await;
    for (version, tag) in [(2, "\"7\", \"1\""), (3, "W/\"2\""), (4, "*")] {
        let call = app.patch(&path(ada.id)).bearer(&admin);
        let call = call.header("if-match", tag);
        let after = call.json(&json!({ "name": "X" })).send().await.expect(200);
        assert_eq!(after["version"], version, "{tag}");
    }
    // A second header line continues the list of the first one.
    let call = app.patch(&path(ada.id)).bearer(&admin).if_match(7);
    let call = call.also("if-match", "W/\"4\"");
    call.json(&json!({ "name": "Y" })).send().await.expect(200);
    // The permission is checked first, then whether the user exists, then the version.
    for (by, status, code) in [
        (&admin, 404, "not_found"),
        (
            &app.signed_in("eve@example.com", &["user"]).await,
            403,
            "forbidden",
        ),
    ] {
        let call = app.patch(&path(Uuid::now_v7())).bearer(by);
        let call = call.header("if-match", "\"x\"");
        let answer = call.json(&json!({ "name": "X" })).send().await;
        answer.expect_problem(status, code);
    }
    let call = app.delete(&path(ada.id)).bearer(&admin);
    let answer = call.header("if-match", "\"4\", W/\"9\"").send().await;
    answer.expect_problem(412, "stale");
    let call = app.delete(&path(ada.id)).bearer(&admin);
    call.header("if-match", "W/\"5\"").send().await.expect(204);
}

#[tokio::test]
async fn t21_one_of_twenty_parallel_changes_succeeds_and_nothing_is_lost() {
    let app = TestApp::with(&[("DATABASE_CONNECTION_LIMIT", "8")]).await;
    let admin = administrator(&app).await;
    let ada = app.person("ada@example.com", &["user"]).await;
    for version in 1..=5 {
        let calls = (0..20).map(|i| {
            let body = json!({ "name": format!("Ada {version}.{i}") });
            update(&app, &admin, ada.id, version, body)
        });
        let answers = join_all(calls).await;
        let (made, others): (Vec<_>, Vec<_>) =
            answers.iter().partition(|answer| answer.status == 200);
        assert_eq!(made.len(), 1);
        for other in others {
            other.expect_problem(412, "stale");
        }
        let after = shown(&app, &admin, ada.id).await;
        assert_eq!(after["version"], version + 1);
        assert_eq!(after["name"], made[0].json()["name"]);
    }
    assert_eq!(app.events().await.len(), 5);
}

#[tokio::test]
async fn a_new_address_is_unverified_but_not_the_same_address_in_another_case() {
    let app = TestApp::new().await;
    let admin = administrator(&app).await;
    let ada = app.person("ada@example.com", &["user"]).await;
    app.database
        .execute("update users set email_verified_at = '2026-01-01'")
        .await;
    let body = json!({ "email": "ADA@Example.com" });
    let after = update(&app, &admin, ada.id, 1, body).await.expect(200);
    assert_eq!(after["email"], "ADA@Example.com");
    assert_eq!(after["emailVerifiedAt"], "2026-01-01T00:00:00.000Z");
    let body = json!({ "email": "ada@example.org" });
    let after = update(&app, &admin, ada.id, 2, body).await.expect(200);
    assert_eq!(after["emailVerifiedAt"], Value::Null);
}

#[tokio::test]
async fn another_users_address_is_taken() {
    let app = TestApp::new().await;
    let admin = administrator(&app).await;
    let ada = app.person("ada@example.com", &["user"]).await;
    app.person("jos\u{e9}@example.com", &["user"]).await;
    let body = json!({ "email": "JOSE\u{301}@example.com", "name": "X" });
    let answer = update(&app, &admin, ada.id, 1, body).await;
    answer.expect_problem(409, "email_taken");
    let user = shown(&app, &admin, ada.id).await;
    assert_eq!(
        (&user["name"], &user["version"]),
        (&json!("ada"), &json!(1))
    );
    assert!(app.events().await.is_empty());
}

#[tokio::test]
async fn an_unknown_user_is_404() {
    let app = TestApp::new().await;
    let admin = administrator(&app).await;
    let answer = update(&app, &admin, Uuid::now_v7(), 1, json!({ "name": "X" })).await;
    answer.expect_problem(404, "not_found");
}

#[tokio::test]
async fn a_change_of_roles_applies_to_the_users_next_request() {
    let app = TestApp::new().await;
    let admin = administrator(&app).await;
    let ada = app.signed_in("ada@example.com", &["user"]).await;
    let list = || app.get("/api/users").bearer(&ada).send();
    list().await.expect_problem(403, "forbidden");
    let up = json!({ "roles": ["viewer"] });
    update(&app, &admin, ada.id, 1, up).await.expect(200);
    list().await.expect(200);
    let down = json!({ "roles": ["user"] });
    update(&app, &admin, ada.id, 2, down).await.expect(200);
    list().await.expect_problem(403, "forbidden");
}

#[tokio::test]
async fn the_audit_event_names_the_kind_of_change() {
    let app = TestApp::new().await;
    let admin = administrator(&app).await;
    let ada = app.person("ada@example.com", &["user"]).await;
    let changes = [
        (
            json!({ "name": "Ada" }),
            "user_updated",
            json!({ "version": 2 }),
        ),
        (
            json!({ "email": "a@example.com" }),
            "user_updated",
            json!({ "version": 3, "emailBefore": "ada@example.com", "email": "a@example.com" }),
        ),
        (
            json!({ "roles": ["viewer"] }),
            "user_roles_changed",
            json!({ "version": 4, "rolesBefore": ["user"], "roles": ["viewer"] }),
        ),
        (
            json!({ "isActive": false }),
            "user_deactivated",
            json!({ "version": 5 }),
        ),
        (
            json!({ "isActive": true }),
            "user_reactivated",
            json!({ "version": 6 }),
        ),
    ];
    for (i, (body, name, details)) in changes.into_iter().enumerate() {
        let version = i64::try_from(i).unwrap() + 1;
        update(&app, &admin, ada.id, version, body)
            .await
            .expect(200);
        let events = app.events().await;
        assert_eq!(events.len(), i + 1);
        let event = TestApp::expect_event(&events[i..], name, &admin, ada.id);
        assert_eq!(event.details, details);
    }
}
