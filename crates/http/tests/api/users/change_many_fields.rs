//! PATCH /api/users: invalid bodies

use serde_json::{Value, json};
use uuid::Uuid;

use super::administrator;
use super::change_many::{change, outcomes};
use crate::support::{Answer, Person, TestApp};

async fn send(app: &TestApp, by: &Person, body: Value) -> Answer {
    app.patch("/api/users").bearer(by).json(&body).send().await
}

#[tokio::test]
async fn each_invalid_field_is_named_and_no_user_is_changed() {
    let app = TestApp::new().await;
    let admin = administrator(&app).await;
    let ada = app.person("ada@example.com", &["user"]).await;
    let (id, off) = (ada.id, json!({ "isActive": false }));
    let upper = Uuid::now_v7().to_string().to_uppercase();
    let many: Vec<_> = (0..101).map(|_| Uuid::now_v7()).collect();
    let names: Vec<_> = (0..17).map(|i| format!("role{i}")).collect();
    for (ids, changes, errors) in [
        (json!([]), off.clone(), &[("ids", "invalid_ids")][..]),
        (json!(many), off.clone(), &[("ids", "invalid_ids")]),
        (json!([id, id]), off.clone(), &[("ids[1]", "duplicate_id")]),
        (
            json!([upper, "x", id]),
            off.clone(),
            &[("ids[0]", "invalid_id"), ("ids[1]", "invalid_id")],
        ),
        (json!([id, 7]), off.clone(), &[("ids[1]", "invalid_type")]),
        (json!([id]), json!({}), &[("changes", "required")]),
        (
            json!([id]),
            json!({ "isActive": null, "addRoles": [], "removeRoles": null }),
            &[("changes", "required")],
        ),
        (
            json!([id]),
            json!({ "addRoles": ["viewer"], "removeRoles": ["user", "viewer"] }),
            &[("changes.removeRoles", "contradictory")],
        ),
        (
            json!([]),
            json!({ "addRoles": names, "removeRoles": ["a\0b"] }),
            &[
                ("ids", "invalid_ids"),
                ("changes.addRoles", "invalid_roles"),
                ("changes.removeRoles", "unknown_role"),
            ],
        ),
        (
            json!([id]),
            json!({ "roles": ["user"] }),
            &[("roles", "unknown_field")],
        ),
        (
            json!([id]),
            json!({ "isActive": "no" }),
            &[("changes.isActive", "invalid_type")],
        ),
    ] {
        let before = app.statements().await;
        let body = json!({ "ids": ids, "changes": changes });
        let answer = send(&app, &admin, body).await;
        answer.expect_fields(422, "invalid_fields", errors);
        assert_eq!(app.statements().await, before);
    }
    for body in [json!({ "ids": [id] }), json!({ "changes": off })] {
        let missing = if body.get("ids").is_some() {
            "changes"
        } else {
            "ids"
        };
        let answer = send(&app, &admin, body).await;
        answer.expect_fields(422, "invalid_fields", &[(missing, "required")]);
    }
    assert!(app.events().await.is_empty());
}

#[tokio::test]
async fn an_unknown_role_is_named_whether_it_is_added_or_removed() {
    let app = TestApp::new().await;
    let admin = administrator(&app).await;
    let ada = app.person("ada@example.com", &["user"]).await;
    for (changes, fields) in [
        (
            json!({ "addRoles": ["viewer", "king"] }),
            &["changes.addRoles"][..],
        ),
        (
            json!({ "isActive": false, "removeRoles": ["king"] }),
            &["changes.removeRoles"],
        ),
        (
            json!({ "addRoles": ["king"], "removeRoles": ["queen"] }),
            &["changes.addRoles", "changes.removeRoles"],
        ),
    ] {
        let answer = change(&app, &admin, &[ada.id], changes).await;
        let errors: Vec<_> = fields
            .iter()
            .map(|field| (*field, "unknown_role"))
            .collect();
        answer.expect_fields(422, "invalid_fields", &errors);
    }
    assert!(app.events().await.is_empty());
}

#[tokio::test]
async fn a_hundred_users_are_changed_in_one_statement() {
    let app = TestApp::new().await;
    let admin = administrator(&app).await;
    super::fill(&app, 100).await;
    let ids: Vec<Uuid> =
        sqlx::query_scalar("select id from users where email like 'u0%' order by md5(email)")
            .fetch_all(&app.database.owner)
            .await
            .unwrap();
    let before = app.statements().await;
    let found = outcomes(&app, &admin, &ids, json!({ "isActive": false })).await;
    assert_eq!(app.statements().await - before, 1);
    assert_eq!(found, vec!["changed"; 100]);
    assert_eq!(app.events().await.len(), 100);
}
