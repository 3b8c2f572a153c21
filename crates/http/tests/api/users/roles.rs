//! GET /api/roles

use serde_json::{Value, json};

use crate::support::{Person, TestApp};

async fn roles(app: &TestApp, by: &Person) -> Value {
    let answer = app.get("/api/roles").bearer(by).send().await;
    answer.expect(200)["items"].clone()
}

fn grantable(roles: &Value) -> Vec<&str> {
    let roles = roles.as_array().unwrap().iter();
    roles
        .filter(|role| role["grantable"] == true)
        .map(|role| role["name"].as_str().unwrap())
        .collect()
}

#[tokio::test]
async fn every_role_is_listed_with_its_permissions() {
    let app = TestApp::new().await;
    let manager = app.signed_in("manager@example.com", &["manager"]).await;
    let before = app.statements().await;
    let found = roles(&app, &manager).await;
    assert_eq!(app.statements().await - before, 1);
    let role = |name: &str, permissions: &[&str], grantable: bool| json!({ "name": name, "permissions": permissions, "grantable": grantable });
    let admin = &[
        "users:read",
        "users:write",
        "sessions:revoke",
        "audit:read",
        "system:operate",
    ];
    assert_eq!(
        found,
        json!([
            role("admin", admin, false),
            role("manager", &admin[..3], true),
            role("user", &[], true),
            role("viewer", &admin[..1], true),
        ])
    );
}

#[tokio::test]
async fn grantable_roles_follow_the_current_permissions_of_the_caller() {
    let app = TestApp::new().await;
    let admin = app.signed_in("root@example.com", &["admin"]).await;
    let viewer = app.signed_in("viewer@example.com", &["viewer"]).await;
    let all = ["admin", "manager", "user", "viewer"];
    assert_eq!(grantable(&roles(&app, &admin).await), all);
    assert_eq!(grantable(&roles(&app, &viewer).await), ["user", "viewer"]);
    // The permissions of all of the caller's roles count together: `reviser` needs one of each.
    app.database
        .execute(
            "insert into roles values ('reviser', '{users:write,audit:read}'), ('auditor', '{audit:read}');
             update users set roles = '{auditor,manager}' where email = 'viewer@example.com'",
        )
        .await;
    let found = roles(&app, &viewer).await;
    assert_eq!(
        grantable(&found),
        ["auditor", "manager", "reviser", "user", "viewer"]
    );
}
