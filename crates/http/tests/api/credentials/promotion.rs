//! A user is promoted between the moment when they were given a credential and the moment when it is used.

use hallpass_core::Client;
use hallpass_core::authorization::Actor;
use hallpass_core::users::{self, Change};
use serde_json::json;
use uuid::Uuid;

use super::{CHOSEN, create, id, link_token, patch, redeem, sign_in};
use crate::support::{Answer, Person, TestApp};

/// Ways in which a user gets more permissions: by two endpoints, by the operator, by a change of their role.
const WAYS: [&str; 4] = ["one", "many", "operator", "role"];

async fn promote(app: &TestApp, admin: &Person, user: Uuid, way: &str) {
    match way {
        "one" => patch(app, admin, user, &json!({ "roles": ["admin"] })).await,
        "many" => {
            let body = json!({ "ids": [user], "changes": { "addRoles": ["admin"] } });
            let answer = app.patch("/api/users").bearer(admin).json(&body);
            let answer = answer.send().await.expect(200);
            assert_eq!(answer["results"][0]["outcome"], "changed");
        }
        "operator" => {
            let client = Client::operator("test");
            let change = Change {
                roles: Some(vec!["admin".to_owned()]),
                ..Change::default()
            };
            let (hallpass, operator) = (&app.hallpass, Actor::Operator);
            let set = users::update(hallpass, operator, user, None, change, &client);
            assert_eq!(set.await.unwrap().roles, ["admin"]);
        }
        _ => {
            let more = "update roles set permissions = '{audit:read}' where name = 'user'";
            app.database.execute(more).await;
        }
    }
}

async fn people() -> (TestApp, Person, Person) {
    let app = TestApp::new().await;
    let admin = app.signed_in("root@example.com", &["admin"]).await;
    let manager = app.signed_in("manager@example.com", &["manager"]).await;
    (app, admin, manager)
}

/// Everything that a client sees of a response except the request id.
fn seen(answer: &Answer) -> (u16, Vec<String>, String) {
    let headers = answer.headers.iter();
    let headers = headers.filter(|(name, _)| *name != "x-request-id");
    let headers = headers.map(|(name, value)| format!("{name}: {}", value.to_str().unwrap()));
    (
        answer.status.as_u16(),
        headers.collect(),
        answer.without_request_id(),
    )
}

#[tokio::test]
async fn a_managers_link_is_invalid_after_its_user_was_promoted() {
    for way in WAYS {
        let (app, admin, manager) = people().await;
        let created = create(&app, &manager, "user", None).await;
        promote(&app, &admin, id(&created), way).await;
        let answer = redeem(&app, &link_token(&created)).await;
        answer.expect_problem(401, "invalid_link");
        let state = "select password_hash is null from users where email like 'ada@%'";
        assert!(app.database.value::<bool>(state).await, "{way}");
    }
}

#[tokio::test]
async fn a_managers_renewed_link_is_invalid_after_its_user_was_promoted() {
    for way in WAYS {
        let (app, admin, manager) = people().await;
        let ada = app.person("ada@example.com", &["user"]).await;
        let token = crate::recovery::link(&app, &manager, &ada).await;
        promote(&app, &admin, ada.id, way).await;
        let refused = redeem(&app, &token).await;
        refused.expect_problem(401, "invalid_link");
        // The response is the same, to the byte, as that for a link that was replaced.
        let newest = crate::recovery::link(&app, &admin, &ada).await;
        assert_eq!(seen(&redeem(&app, &token).await), seen(&refused), "{way}");
        redeem(&app, &newest).await.expect(200);
    }
}

#[tokio::test]
async fn an_administrators_link_works_after_a_promotion() {
    for way in WAYS {
        let (app, admin, _) = people().await;
        let created = create(&app, &admin, "user", None).await;
        promote(&app, &admin, id(&created), way).await;
        redeem(&app, &link_token(&created)).await.expect(200);
    }
}

#[tokio::test]
async fn a_link_works_again_after_the_promotion_is_reverted() {
    let (app, admin, manager) = people().await;
    let created = create(&app, &manager, "user", None).await;
    promote(&app, &admin, id(&created), "one").await;
    redeem(&app, &link_token(&created)).await.expect(401);
    patch(&app, &admin, id(&created), &json!({ "roles": ["user"] })).await;
    redeem(&app, &link_token(&created)).await.expect(200);
}

#[tokio::test]
async fn a_chosen_password_looks_like_a_wrong_one_after_a_promotion() {
    for way in WAYS {
        let (app, admin, manager) = people().await;
        let created = create(&app, &manager, "user", Some(CHOSEN)).await;
        sign_in(&app, CHOSEN).await.expect(200);
        promote(&app, &admin, id(&created), way).await;
        let before = app.statements().await;
        let void = sign_in(&app, CHOSEN).await;
        assert_eq!(app.statements().await - before, 2, "{way}");
        void.expect_problem(401, "invalid_credentials");
        let wrong = sign_in(&app, "not the password").await;
        assert_eq!(seen(&void), seen(&wrong), "{way}");
        let reasons = "select details ->> 'reason' from audit_events where event = 'login_failed'";
        let reasons = app.database.values(reasons).await;
        assert_eq!(reasons, ["void_password"; 2], "{way}");
    }
}

#[tokio::test]
async fn a_password_that_an_administrator_chose_works_after_a_promotion() {
    for way in WAYS {
        let (app, admin, _) = people().await;
        let created = create(&app, &admin, "user", Some(CHOSEN)).await;
        promote(&app, &admin, id(&created), way).await;
        sign_in(&app, CHOSEN).await.expect(200);
    }
}
