//! A session that was ended is refused from the next request on, by every operation and every instance.

use hallpass_core::authorization::Actor;
use hallpass_core::tokens::access;
use hallpass_core::users::{self, Change, Who, operator};
use hallpass_core::{Client, passwords::Password};
use serde_json::json;
use time::{Duration, OffsetDateTime};
use uuid::Uuid;

use super::{operations, stored};
use crate::support::{Call, Log, PASSWORD, Person, TestApp, jwt};

const NEW: &str = "velvet harbor siren";

/// An administrator, a user who is signed in twice, and a second instance of every function.
struct Fixture {
    app: TestApp,
    elsewhere: TestApp,
    root: Person,
    ada: Person,
    other: Person,
}

impl Fixture {
    async fn new(roles: &[&str]) -> Self {
        let app = TestApp::new().await;
        let root = app.signed_in("root@example.com", &["admin"]).await;
        let ada = app.signed_in("ada@example.com", roles).await;
        let other = app.signed_in_again(&ada).await;
        let elsewhere = app.beside(&[]);
        Self {
            app,
            elsewhere,
            root,
            ada,
            other,
        }
    }

    fn session_id(&self) -> String {
        let claims = jwt::claims(&self.ada.access_token);
        claims["sid"].as_str().unwrap().to_owned()
    }

    fn refresh(&self, token: &str) -> Call<'_> {
        let body = json!({ "refreshToken": token });
        self.app.post("/api/refresh").json(&body)
    }

    /// Fails unless Ada's access token is refused by every operation that needs one, with one statement each.
    async fn expect_refused(&self, end: &str) {
        let before = stored(&self.app).await;
        let mut count = 0;
        for operation in operations(&self.ada) {
            if !operation.needs_token {
                continue;
            }
            for app in [&self.app, &self.elsewhere] {
                let log = Log::catch();
                let answer = operation.call(app, &self.ada).send().await;
                let text = format!("{end}: {operation:?}: {}", answer.text());
                assert_eq!(answer.status, 401, "{text}");
                answer.expect_problem(401, "unauthenticated");
                assert_eq!(
                    log.requests()[0]["db_statements"],
                    1,
                    "{text}: {}",
                    log.text()
                );
            }
            count += 1;
        }
        assert!(count >= 15, "only {count} operations need a session");
        assert_eq!(stored(&self.app).await, before, "{end}");
    }

    /// Fails unless Ada's session has ended: both of its tokens are refused.
    async fn expect_over(&self, end: &str) {
        self.expect_refused(end).await;
        let before = stored(&self.app).await;
        let statements = self.app.statements().await;
        let by_cookie = self
            .elsewhere
            .post("/api/refresh")
            .cookie(&self.ada.refresh_token);
        for call in [self.refresh(&self.ada.refresh_token), by_cookie] {
            call.send()
                .await
                .expect_problem(401, "invalid_refresh_token");
        }
        assert_eq!(self.app.statements().await - statements, 2, "{end}");
        // The throttle counts the refused tokens for their session only.
        let counted = "with gone as (delete from login_throttle returning failures) select max(failures) from gone";
        assert_eq!(
            self.app.database.value::<Option<i32>>(counted).await,
            Some(2),
            "{end}"
        );
        assert_eq!(stored(&self.app).await, before, "{end}");
    }
}

#[tokio::test]
async fn a_session_ended_by_its_user_is_refused_everywhere() {
    let id = |fixture: &Fixture| format!("/api/me/sessions/{}", fixture.session_id());
    for end in ["sign-out", "everywhere", "one", "all", "password"] {
        let fixture = Fixture::new(&["admin"]).await;
        let (app, by) = (&fixture.app, &fixture.other);
        let call = match end {
            "sign-out" => app.post("/api/logout").cookie(&fixture.ada.refresh_token),
            "everywhere" => app
                .post("/api/logout")
                .bearer(by)
                .json(&json!({ "everywhere": true })),
            "one" => app.delete(&id(&fixture)).bearer(by),
            "all" => app.delete("/api/me/sessions").bearer(by),
            _ => {
                let body = json!({ "currentPassword": PASSWORD, "newPassword": NEW });
                app.post("/api/me/password").bearer(by).json(&body)
            }
        };
        call.send().await.expect(204);
        fixture.expect_over(end).await;
    }
}

#[tokio::test]
async fn t05_a_session_ended_by_an_administrator_is_refused_everywhere() {
    for end in ["one", "all", "deactivated", "deleted", "link"] {
        let fixture = Fixture::new(&["admin"]).await;
        let (app, root) = (&fixture.app, &fixture.root);
        let user = format!("/api/users/{}", fixture.ada.id);
        let sessions = format!("{user}/sessions");
        let one = format!("{sessions}/{}", fixture.session_id());
        match end {
            "one" => app.delete(&one).bearer(root).send().await.expect(204),
            "all" => app.delete(&sessions).bearer(root).send().await.expect(204),
            "deactivated" => {
                let call = app.patch(&user).bearer(root).if_match(1);
                call.json(&json!({ "isActive": false }))
                    .send()
                    .await
                    .expect(200)
            }
            "deleted" => app.delete(&user).bearer(root).send().await.expect(204),
            _ => {
                let link = app.post(&format!("{user}/setup-link")).bearer(root);
                let link = link.send().await.expect(201);
                let (_, token) = link["setupLink"].as_str().unwrap().split_once('#').unwrap();
                let body = json!({ "token": token, "password": NEW });
                app.post("/api/recovery")
                    .json(&body)
                    .send()
                    .await
                    .expect(200)
            }
        };
        fixture.expect_over(end).await;
    }
}

#[tokio::test]
async fn a_session_ended_by_the_operator_is_refused_everywhere() {
    for end in ["password", "deactivated", "everybody"] {
        let fixture = Fixture::new(&["admin"]).await;
        let hallpass = &fixture.app.hallpass;
        let (ada, client) = (fixture.ada.id, Client::operator(end));
        match end {
            "password" => {
                let who = Who::Id(ada);
                let set = operator::set_password(hallpass, &who, Password::from(NEW), &client);
                drop(set.await.unwrap());
            }
            "deactivated" => {
                let change = Change {
                    is_active: Some(false),
                    ..Change::default()
                };
                let set = users::update(hallpass, Actor::Operator, ada, None, change, &client);
                drop(set.await.unwrap());
            }
            _ => {
                let now = "update settings set sessions_valid_from = clock_timestamp()";
                fixture.app.database.execute(now).await;
            }
        }
        fixture.expect_over(end).await;
    }
}

#[tokio::test]
async fn t03_a_session_ended_by_token_reuse_or_expiry_is_refused_everywhere() {
    for end in ["idle_expires_at", "expires_at", "replay"] {
        let fixture = Fixture::new(&["admin"]).await;
        if end == "replay" {
            let first = fixture
                .refresh(&fixture.ada.refresh_token)
                .send()
                .await
                .expect(200);
            let first = first["refreshToken"].as_str().unwrap();
            fixture.refresh(first).send().await.expect(200);
            fixture
                .refresh(&fixture.ada.refresh_token)
                .send()
                .await
                .expect(401);
        } else {
            let over = format!("update sessions set {end} = clock_timestamp()");
            fixture.app.database.execute(&over).await;
        }
        fixture.expect_over(end).await;
    }
}

#[tokio::test]
async fn t42_expired_and_future_access_tokens_are_refused_by_every_operation() {
    let issued_again = "update sessions set reissued_at = clock_timestamp() + interval '2 seconds'";
    let fixture = Fixture::new(&["admin"]).await;
    fixture.app.database.execute(issued_again).await;
    fixture.expect_refused("issued before a retry").await;
    // Instances accept deviations of minutes, because their clocks may be wrong, so these tokens reach the database.
    for seconds in [-610, 60] {
        let mut fixture = Fixture::new(&["admin"]).await;
        let now: OffsetDateTime = fixture.app.database.value("select clock_timestamp()").await;
        let (sid, made) = (
            fixture.session_id().parse().unwrap(),
            now + Duration::seconds(seconds),
        );
        let token = access::encode(
            &fixture.app.hallpass.keys,
            sid,
            0,
            fixture.ada.id,
            &[],
            made,
        );
        token
            .unwrap()
            .expose()
            .clone_into(&mut fixture.ada.access_token);
        fixture
            .expect_refused(&format!("made {seconds} s from now"))
            .await;
    }
}

#[tokio::test]
async fn t05_a_removed_role_does_not_count_for_the_next_request() {
    for end in ["by an administrator", "by the operator"] {
        let fixture = Fixture::new(&["admin"]).await;
        let roles = ["user".to_owned()];
        if end == "by the operator" {
            let (ada, client) = (fixture.ada.id, Client::operator(end));
            let change = Change {
                roles: Some(roles.to_vec()),
                ..Change::default()
            };
            let hallpass = &fixture.app.hallpass;
            let set = users::update(hallpass, Actor::Operator, ada, None, change, &client);
            drop(set.await.unwrap());
        } else {
            let user = format!("/api/users/{}", fixture.ada.id);
            let call = fixture.app.patch(&user).bearer(&fixture.root).if_match(1);
            call.json(&json!({ "roles": roles }))
                .send()
                .await
                .expect(200);
        }
        // Operations on the user's own account need no permission.
        let needed = operations(&fixture.root).into_iter();
        let needed = needed.filter(|o| o.needs_token && !o.path.starts_with("/api/me"));
        let mut before = None;
        for operation in needed {
            for app in [&fixture.app, &fixture.elsewhere] {
                let answer = operation.call(app, &fixture.ada).send().await;
                let text = format!("{end}: {operation:?}: {}", answer.text());
                assert_eq!(answer.status, 403, "{text}");
                answer.expect_problem(403, "forbidden");
                // The first request is stored with the session, so the state is compared from then on.
                let now = stored(&fixture.app).await;
                assert_eq!(*before.get_or_insert_with(|| now.clone()), now, "{text}");
            }
        }
        assert!(before.is_some());
        let me = fixture.app.get("/api/me").bearer(&fixture.ada).send().await;
        assert_eq!(me.expect(200)["roles"], json!(roles));
        let tokens = fixture
            .refresh(&fixture.ada.refresh_token)
            .send()
            .await
            .expect(200);
        let claims = jwt::claims(tokens["accessToken"].as_str().unwrap());
        assert_eq!(claims["roles"], json!(roles));
    }
}

#[tokio::test]
async fn an_access_token_with_another_users_session_is_refused() {
    let fixture = Fixture::new(&["user"]).await;
    let session_id: Uuid = fixture.session_id().parse().unwrap();
    let now = fixture.app.database.value("select clock_timestamp()").await;
    let keys = &fixture.app.hallpass.keys;
    let token =
        |session_id, user_id| access::encode(keys, session_id, 0, user_id, &[], now).unwrap();
    let mine = token(session_id, fixture.ada.id);
    fixture
        .app
        .get("/api/me")
        .token(mine.expose())
        .send()
        .await
        .expect(200);
    for (session_id, user_id) in [
        (session_id, fixture.root.id),
        (Uuid::now_v7(), fixture.ada.id),
    ] {
        let crossed = token(session_id, user_id);
        let answer = fixture
            .app
            .get("/api/me")
            .token(crossed.expose())
            .send()
            .await;
        answer.expect_problem(401, "unauthenticated");
    }
}
