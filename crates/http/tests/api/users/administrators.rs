//! At least one active administrator always remains

use futures_util::future::join;
use serde_json::{Value, json};

use super::update::update;
use super::{administrator, path, shown};
use crate::support::{Answer, Person, TestApp};

const ADMINISTRATORS: &str = "select count(*) from users where is_active and roles @> '{admin}'";

async fn deactivate(app: &TestApp, by: &Person, whom: &Person) -> Answer {
    app.delete(&path(whom.id)).bearer(by).send().await
}

#[tokio::test]
async fn t15_the_last_administrator_cannot_be_demoted_deactivated_or_deleted() {
    let app = TestApp::new().await;
    let admin = administrator(&app).await;
    let inactive = app.person("inactive@example.com", &["admin"]).await;
    app.database
        .execute("update users set is_active = false where email = 'inactive@example.com'")
        .await;
    for body in [
        json!({ "roles": ["manager"] }),
        json!({ "roles": ["user"] }),
        json!({ "isActive": false }),
        json!({ "isActive": false, "roles": ["user"] }),
        json!({ "email": "other@example.com", "name": "Other", "roles": ["user"] }),
    ] {
        let answer = update(&app, &admin, admin.id, 1, body).await;
        answer.expect_problem(409, "last_admin");
    }
    deactivate(&app, &admin, &admin)
        .await
        .expect_problem(409, "last_admin");
    let user = shown(&app, &admin, admin.id).await;
    assert_eq!(user["version"], 1);
    assert_eq!(user["email"], "root@example.com");
    assert!(app.events().await.is_empty());
    // A deactivated administrator is not counted, and can lose the role.
    let body = json!({ "roles": ["user"] });
    update(&app, &admin, inactive.id, 1, body).await.expect(200);
}

#[tokio::test]
async fn t15_one_of_two_administrators_can_step_down_and_loses_the_permissions_at_once() {
    let app = TestApp::new().await;
    let admin = administrator(&app).await;
    app.person("second@example.com", &["admin", "viewer"]).await;
    let body = json!({ "roles": ["user"] });
    let after = update(&app, &admin, admin.id, 1, body).await.expect(200);
    assert_eq!(after["roles"], json!(["user"]));
    let answer = app.get("/api/users").bearer(&admin).send().await;
    answer.expect_problem(403, "forbidden");
    app.get("/api/me").bearer(&admin).send().await.expect(200);
    let back = update(&app, &admin, admin.id, 2, json!({ "roles": ["admin"] })).await;
    back.expect_problem(403, "forbidden");
}

#[tokio::test]
async fn an_administrator_may_change_name_and_other_roles_without_a_second_one() {
    let app = TestApp::new().await;
    let admin = administrator(&app).await;
    let body = json!({ "name": "Root", "roles": ["admin", "viewer"], "isActive": true });
    update(&app, &admin, admin.id, 1, body).await.expect(200);
}

/// Two administrators make this change to each other at the same time, five hundred times. Fails unless one always
/// remains.
async fn at_each_other<'a, F>(app: &'a TestApp, mut call: impl FnMut(Person, Person) -> F)
where
    F: Future<Output = Answer> + 'a,
{
    let one = app.signed_in("one@example.com", &["admin"]).await;
    let two = app.signed_in("two@example.com", &["admin"]).await;
    for round in 0..500 {
        for anew in [
            "update users set is_active = true, roles = '{admin}', version = 1",
            "update sessions set revoked_at = null, revoked_reason = null",
        ] {
            app.database.execute(anew).await;
        }
        let (first, second) = (one.clone(), two.clone());
        let calls = join(call(first.clone(), second.clone()), call(second, first));
        let (a, b) = calls.await;
        let remaining = app.database.value::<i64>(ADMINISTRATORS).await;
        assert!(remaining > 0, "round {round}: {a:?} {b:?}");
        let done = [&a, &b]
            .iter()
            .filter(|answer| answer.status.is_success())
            .count();
        assert_eq!(done, 1, "round {round}: {a:?} {b:?}");
        assert_eq!(remaining, 1);
        for answer in [a, b] {
            match answer.status.as_u16() {
                200 | 204 => Value::Null,
                // The other request was faster: this one failed at the check of the session, of the permissions, or of
                // the remaining administrators.
                401 => answer.expect_problem(401, "unauthenticated"),
                403 => answer.expect_problem(403, "forbidden"),
                _ => answer.expect_problem(409, "last_admin"),
            };
        }
    }
}

#[tokio::test]
async fn t20_two_administrators_demote_each_other_and_one_remains() {
    let app = TestApp::new().await;
    let app = &app;
    at_each_other(app, |by, whom| async move {
        update(app, &by, whom.id, 1, json!({ "roles": ["user"] })).await
    })
    .await;
}

#[tokio::test]
async fn t20_two_administrators_delete_each_other_and_one_remains() {
    let app = TestApp::new().await;
    let app = &app;
    at_each_other(
        app,
        |by, whom| async move { deactivate(app, &by, &whom).await },
    )
    .await;
}

#[tokio::test]
async fn t20_two_administrators_step_down_at_once_and_one_remains() {
    let app = TestApp::new().await;
    let app = &app;
    at_each_other(app, |by, _| async move {
        update(app, &by, by.id, 1, json!({ "isActive": false })).await
    })
    .await;
}
