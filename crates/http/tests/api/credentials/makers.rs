//! Between the moment when somebody gives a user a credential (the maker) and the moment when it is used, the maker
//! loses their permissions, or the user's account is deactivated.

use serde_json::json;

use super::{CHOSEN, OWN, create, id, link_token, opened, patch, redeem, sign_in};
use crate::me::password::change as change_password;
use crate::support::{Person, TestApp};

/// Ways in which a maker loses their permissions.
const MAKER_CHANGES: [&str; 3] = ["demoted", "deactivated", "erased"];

struct People {
    app: TestApp,
    admin: Person,
    manager: Person,
}

impl People {
    async fn new() -> Self {
        let app = TestApp::new().await;
        let admin = app.signed_in("root@example.com", &["admin"]).await;
        let manager = app.signed_in("manager@example.com", &["manager"]).await;
        Self {
            app,
            admin,
            manager,
        }
    }

    async fn change_maker(&self, maker_change: &str) {
        let change = match maker_change {
            "demoted" => json!({ "roles": ["viewer"] }),
            "restored" => json!({ "roles": ["manager"], "isActive": true }),
            "deactivated" => json!({ "isActive": false }),
            _ => {
                let erase = format!("delete from users where id = '{}'", self.manager.id);
                return self.app.database.execute(&erase).await;
            }
        };
        patch(&self.app, &self.admin, self.manager.id, &change).await;
    }

    /// Fails unless Ada's session is active or has ended, as expected, both for its next request and for its refresh.
    async fn expect_session(&self, ada: &Person, is_alive: bool) {
        let status = if is_alive { 200 } else { 401 };
        let call = self.app.get("/api/me").bearer(ada);
        call.send().await.expect(status);
        let body = json!({ "refreshToken": ada.refresh_token });
        let call = self.app.post("/api/refresh").json(&body);
        call.send().await.expect(status);
    }
}

#[tokio::test]
async fn a_link_works_while_its_maker_may_act_on_the_account() {
    for maker_change in MAKER_CHANGES {
        let people = People::new().await;
        let created = create(&people.app, &people.manager, "user", None).await;
        people.change_maker(maker_change).await;
        let answer = redeem(&people.app, &link_token(&created)).await;
        answer.expect_problem(401, "invalid_link");
        if maker_change != "erased" {
            people.change_maker("restored").await;
            let answer = redeem(&people.app, &link_token(&created)).await;
            answer.expect(200);
        }
    }
}

#[tokio::test]
async fn a_chosen_password_works_while_its_maker_may_act_on_the_account() {
    for maker_change in MAKER_CHANGES {
        let people = People::new().await;
        create(&people.app, &people.manager, "user", Some(CHOSEN)).await;
        people.change_maker(maker_change).await;
        let answer = sign_in(&people.app, CHOSEN).await;
        answer.expect_problem(401, "invalid_credentials");
        if maker_change != "erased" {
            people.change_maker("restored").await;
            sign_in(&people.app, CHOSEN).await.expect(200);
        }
    }
}

#[tokio::test]
async fn a_session_of_a_chosen_password_ends_with_its_makers_permissions() {
    for maker_change in MAKER_CHANGES {
        let people = People::new().await;
        create(&people.app, &people.manager, "user", Some(CHOSEN)).await;
        let ada = opened(&sign_in(&people.app, CHOSEN).await);
        let elsewhere = opened(&sign_in(&people.app, CHOSEN).await);
        people.expect_session(&elsewhere, true).await;
        people.change_maker(maker_change).await;
        people.expect_session(&ada, false).await;
    }
}

#[tokio::test]
async fn a_session_of_a_chosen_password_ends_when_its_user_is_promoted() {
    let people = People::new().await;
    let created = create(&people.app, &people.manager, "user", Some(CHOSEN)).await;
    let ada = opened(&sign_in(&people.app, CHOSEN).await);
    let roles = json!({ "roles": ["admin"] });
    patch(&people.app, &people.admin, id(&created), &roles).await;
    people.expect_session(&ada, false).await;
}

#[tokio::test]
async fn a_password_that_users_choose_themselves_does_not_depend_on_the_maker() {
    for maker_change in MAKER_CHANGES {
        let people = People::new().await;
        let app = &people.app;
        create(app, &people.manager, "user", Some(CHOSEN)).await;
        let first = opened(&sign_in(app, CHOSEN).await);
        change_password(app, &first, CHOSEN, OWN).await.expect(204);
        let ada = opened(&sign_in(app, OWN).await);
        people.change_maker(maker_change).await;
        people.expect_session(&ada, true).await;
        sign_in(app, OWN).await.expect(200);
        // The session in which she changed it was opened with the chosen password, and still depends on its maker.
        people.expect_session(&first, false).await;
    }
}

#[tokio::test]
async fn a_session_opened_by_a_link_does_not_depend_on_its_maker() {
    for maker_change in MAKER_CHANGES {
        let people = People::new().await;
        let created = create(&people.app, &people.manager, "user", None).await;
        let ada = opened(&redeem(&people.app, &link_token(&created)).await);
        people.change_maker(maker_change).await;
        people.expect_session(&ada, true).await;
        sign_in(&people.app, OWN).await.expect(200);
    }
}

#[tokio::test]
async fn a_deactivation_ends_the_accounts_links_for_good_and_its_chosen_password_for_a_while() {
    let people = People::new().await;
    let (app, admin) = (&people.app, &people.admin);
    let created = create(app, &people.manager, "user", Some(CHOSEN)).await;
    let mut ada = opened(&sign_in(app, CHOSEN).await);
    ada.id = id(&created);
    let link = crate::recovery::link(app, &people.manager, &ada).await;
    patch(app, admin, ada.id, &json!({ "isActive": false })).await;
    sign_in(app, CHOSEN)
        .await
        .expect_problem(401, "invalid_credentials");
    redeem(app, &link).await.expect_problem(401, "invalid_link");
    patch(app, admin, ada.id, &json!({ "isActive": true })).await;
    redeem(app, &link).await.expect_problem(401, "invalid_link");
    people.expect_session(&ada, false).await;
    sign_in(app, CHOSEN).await.expect(200);
}
