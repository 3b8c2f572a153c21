//! PATCH /api/users: one change for several users

use serde_json::{Value, json};
use uuid::Uuid;

use super::{administrator, shown};
use crate::support::{Answer, Log, Person, TestApp};

pub(super) async fn change(app: &TestApp, by: &Person, ids: &[Uuid], changes: Value) -> Answer {
    let body = json!({ "ids": ids, "changes": changes });
    app.patch("/api/users").bearer(by).json(&body).send().await
}

/// The outcomes of a change, in the order of the ids. The request must succeed.
pub(super) async fn outcomes(
    app: &TestApp,
    by: &Person,
    ids: &[Uuid],
    changes: Value,
) -> Vec<String> {
    let answer = change(app, by, ids, changes).await.expect(200);
    let results = answer["results"].as_array().unwrap();
    let named: Vec<_> = results.iter().map(|result| &result["id"]).collect();
    let asked: Vec<_> = ids.iter().map(|id| json!(id)).collect();
    assert_eq!(named, asked.iter().collect::<Vec<_>>());
    for result in results {
        let as_asked = ["changed", "unchanged"].contains(&result["outcome"].as_str().unwrap());
        assert_eq!(result.get("user").is_some(), as_asked, "{result}");
    }
    let outcomes = results.iter().map(|result| result["outcome"].as_str());
    outcomes
        .map(|outcome| outcome.unwrap().to_owned())
        .collect()
}

#[tokio::test]
async fn a_common_change_updates_and_records_each_user() {
    let app = TestApp::new().await;
    let admin = administrator(&app).await;
    let ada = app.person("ada@example.com", &["user"]).await;
    let bob = app.person("bob@example.com", &["user", "viewer"]).await;
    let before = app.statements().await;
    let changes = json!({ "addRoles": ["viewer"], "removeRoles": ["user"] });
    let answer = change(&app, &admin, &[bob.id, ada.id], changes).await;
    assert_eq!(app.statements().await - before, 1);
    let results = answer.expect(200)["results"].clone();
    assert_eq!(results.as_array().unwrap().len(), 2);
    for (result, person) in results.as_array().unwrap().iter().zip([&bob, &ada]) {
        assert_eq!(result["id"], json!(person.id));
        assert_eq!(result["outcome"], "changed");
        assert_eq!(result["user"]["roles"], json!(["viewer"]));
        assert_eq!(result["user"]["version"], 2);
        assert_eq!(result["user"], shown(&app, &admin, person.id).await);
    }
    let events = app.events().await;
    assert_eq!(events.len(), 2);
    for (event, (person, roles)) in events
        .iter()
        .zip([(&bob, json!(["user", "viewer"])), (&ada, json!(["user"]))])
    {
        let event = std::slice::from_ref(event);
        let event = TestApp::expect_event(event, "user_roles_changed", &admin, person.id);
        let details = json!({ "version": 2, "rolesBefore": roles, "roles": ["viewer"] });
        assert_eq!(event.details, details);
        assert!(event.session_id.is_some());
    }
}

#[tokio::test]
async fn a_failure_for_one_user_does_not_affect_the_others() {
    let app = TestApp::new().await;
    let manager = app.signed_in("manager@example.com", &["manager"]).await;
    let admin = app.person("root@example.com", &["admin"]).await;
    let viewer = app.person("viewer@example.com", &["viewer"]).await;
    let user = app.person("user@example.com", &["user"]).await;
    let both = app.person("both@example.com", &["viewer", "user"]).await;
    let ids = [Uuid::now_v7(), admin.id, viewer.id, user.id, both.id];
    let changes = json!({ "removeRoles": ["viewer"] });
    let log = Log::catch();
    let found = outcomes(&app, &manager, &ids, changes.clone()).await;
    let is_refusal = |line: &&Value| line["event"] == "authz_fail";
    let refused: Vec<_> = log
        .lines()
        .into_iter()
        .filter(|line| is_refusal(&line))
        .collect();
    assert_eq!(refused.len(), 1, "{refused:?}");
    assert_eq!(refused[0]["user_id"], json!(manager.id));
    assert_eq!(
        found,
        ["not_found", "forbidden", "no_role", "unchanged", "changed"]
    );
    assert_eq!(app.events().await.len(), 1);
    let versions = "select string_agg(version::text, '' order by email) from users";
    assert_eq!(app.database.value::<String>(versions).await, "21111");
    // The same change again has no effect.
    let found = outcomes(&app, &manager, &[both.id], changes).await;
    assert_eq!(found, ["unchanged"]);
    assert_eq!(app.events().await.len(), 1);
}

#[tokio::test]
async fn t15_a_role_cannot_be_granted_without_its_permissions() {
    let app = TestApp::new().await;
    let manager = app.signed_in("manager@example.com", &["manager"]).await;
    let viewer = app.signed_in("viewer@example.com", &["viewer"]).await;
    let ada = app.person("ada@example.com", &["user"]).await;
    let ids = [ada.id, manager.id];
    let up = json!({ "addRoles": ["admin"] });
    let found = outcomes(&app, &manager, &ids, up.clone()).await;
    assert_eq!(found, ["forbidden", "forbidden"]);
    let answer = change(&app, &viewer, &ids, up).await;
    answer.expect_problem(403, "forbidden");
    assert!(app.events().await.is_empty());
    let found = outcomes(&app, &manager, &ids, json!({ "addRoles": ["manager"] })).await;
    assert_eq!(found, ["changed", "unchanged"]);
}

#[tokio::test]
async fn a_deactivated_user_has_no_session_and_can_be_reactivated() {
    let app = TestApp::new().await;
    let admin = administrator(&app).await;
    let ada = app.signed_in("ada@example.com", &["user"]).await;
    let bob = app.signed_in("bob@example.com", &["user"]).await;
    let eve = app.signed_in("eve@example.com", &["user"]).await;
    let ids = [ada.id, bob.id];
    let off = json!({ "isActive": false });
    assert_eq!(
        outcomes(&app, &admin, &ids, off).await,
        ["changed", "changed"]
    );
    for gone in [&ada, &bob] {
        let answer = app.get("/api/me").bearer(gone).send().await;
        answer.expect_problem(401, "unauthenticated");
    }
    app.get("/api/me").bearer(&eve).send().await.expect(200);
    let reasons = "select count(*) from sessions where revoked_reason = 'user_deactivated'";
    assert_eq!(app.database.value::<i64>(reasons).await, 2);
    let on = json!({ "isActive": true, "addRoles": ["viewer"] });
    assert_eq!(outcomes(&app, &admin, &ids, on).await, ["changed"; 2]);
    let names: Vec<_> = app.events().await.into_iter().map(|e| e.name).collect();
    assert_eq!(
        names,
        [
            "user_deactivated",
            "user_deactivated",
            "user_reactivated",
            "user_reactivated"
        ]
    );
    app.signed_in_again(&ada).await;
}

#[tokio::test]
async fn t20_the_last_administrator_remains() {
    let app = TestApp::new().await;
    let admin = administrator(&app).await;
    let second = app.person("second@example.com", &["admin", "user"]).await;
    let third = app.person("third@example.com", &["admin", "user"]).await;
    let ids = [third.id, admin.id, second.id];
    let off = json!({ "isActive": false });
    let found = outcomes(&app, &admin, &ids, off).await;
    assert_eq!(found, ["changed", "changed", "last_admin"]);
    let left = "select string_agg(email, ' ') from users where is_active";
    assert_eq!(
        app.database.value::<String>(left).await,
        "second@example.com"
    );
    let second = app.signed_in_again(&second).await;
    let down = json!({ "removeRoles": ["admin"] });
    let found = outcomes(&app, &second, &ids, down).await;
    assert_eq!(found, ["changed", "no_role", "last_admin"]);
    assert_eq!(app.events().await.len(), 3);
}
