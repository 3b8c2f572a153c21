//! POST /api/recovery/inspect

use futures_util::future::join_all;
use hallpass_core::Client;
use hallpass_core::users::operator;
use serde_json::{Value, json};
use time::format_description::well_known::Rfc3339;
use time::{Duration, OffsetDateTime};

use super::link::token;
use super::{NEW, link, people, redeem};
use crate::requests::stored;
use crate::support::{Answer, Log, TestApp};

pub(super) async fn inspect(app: &TestApp, token: &str) -> Answer {
    let body = json!({ "token": token });
    app.post("/api/recovery/inspect").json(&body).send().await
}

fn token_of(link: &str) -> &str {
    link.split_once('#').unwrap().1
}

/// Fails unless inspecting the link shows its user and its purpose with one statement and without a change, and the
/// link still works afterwards.
async fn expect_good(app: &TestApp, token: &str, expected: &Value) {
    let (statements, before) = (app.statements().await, stored(app).await);
    let answer = inspect(app, token).await;
    let shown = answer.expect(200);
    assert_eq!(app.statements().await - statements, 1);
    assert_eq!(stored(app).await, before);
    let fields: Vec<_> = shown.as_object().unwrap().keys().collect();
    assert_eq!(fields, ["email", "expiresAt", "name", "purpose"]);
    for (name, value) in expected.as_object().unwrap() {
        assert_eq!(shown[name], *value, "{shown}");
    }
    assert_eq!(answer.header("cache-control"), Some("no-store"));
    assert_eq!(answer.header("set-cookie"), None);
    redeem(app, token, NEW).send().await.expect(200);
    let used = inspect(app, token).await;
    used.expect_problem(401, "invalid_link");
    assert!(!used.text().contains("example.com"), "{}", used.text());
}

#[tokio::test]
async fn inspecting_shows_the_purpose_setup_for_the_first_administrator() {
    let app = TestApp::new().await;
    let client = Client::operator("tests");
    let first = operator::first_administrator(&app.hallpass, "root@example.com", &client);
    let first = first.await.unwrap().unwrap();
    let setup = json!({ "email": "root@example.com", "name": "Administrator", "purpose": "setup" });
    expect_good(&app, token_of(&first.setup_link.url), &setup).await;
}

#[tokio::test]
async fn inspecting_shows_the_purpose_invitation_for_an_account_without_a_password() {
    let app = TestApp::new().await;
    let (admin, _) = people(&app).await;
    for role in ["user", "admin"] {
        let email = format!("eve.{role}@example.com");
        let body = json!({ "email": email, "name": "Eve", "roles": [role] });
        let call = app.post("/api/users").bearer(&admin).json(&body);
        let made = call.send().await.expect(201);
        let invitation = json!({ "email": email, "name": "Eve", "purpose": "invitation" });
        let token = token_of(made["setupLink"].as_str().unwrap());
        expect_good(&app, token, &invitation).await;
    }
}

#[tokio::test]
async fn inspecting_shows_the_purpose_reset_and_the_expiry() {
    let app = TestApp::new().await;
    let (admin, ada) = people(&app).await;
    let path = format!("/api/users/{}/setup-link", ada.id);
    let made = app.post(&path).bearer(&admin).send().await.expect(201);
    let reset = json!({ "email": ada.email, "purpose": "reset", "expiresAt": made["expiresAt"] });
    let token = token_of(made["setupLink"].as_str().unwrap());
    expect_good(&app, token, &reset).await;
}

/// What happens to a link, to its account or to its maker: description, SQL of the database owner, and whether the link
/// is valid afterwards.
const CASES: [(&str, &str, bool); 10] = [
    ("nothing", "select 1", true),
    (
        "a newer one was made",
        "update users set credential_version = credential_version + 1 where email like 'ada@%'",
        false,
    ),
    (
        "all were revoked",
        "update settings set links_valid_from = clock_timestamp()",
        false,
    ),
    (
        "its account was deactivated",
        "update users set is_active = false where email like 'ada@%'",
        false,
    ),
    (
        "its account was deactivated and activated",
        "update users set is_active = false where email like 'ada@%'; \
         update users set is_active = true where email like 'ada@%'",
        false,
    ),
    (
        "its account was promoted",
        "update users set roles = '{admin}' where email like 'ada@%'",
        false,
    ),
    (
        "its account was erased",
        "delete from users where email like 'ada@%'",
        false,
    ),
    (
        "its maker was demoted",
        "update users set roles = '{viewer}' where email like 'manager@%'",
        false,
    ),
    (
        "its maker was deactivated",
        "update users set is_active = false where email like 'manager@%'",
        false,
    ),
    (
        "its maker was erased",
        "delete from users where email like 'manager@%'",
        false,
    ),
];

#[tokio::test]
async fn inspecting_and_redeeming_agree_on_every_state_of_a_link() {
    for (case, sql, is_good) in CASES {
        let app = TestApp::new().await;
        let (_, ada) = people(&app).await;
        let manager = app.signed_in("manager@example.com", &["manager"]).await;
        let token = link(&app, &manager, &ada).await;
        app.database.execute(sql).await;
        let inspected = inspect(&app, &token).await;
        let redeemed = redeem(&app, &token, NEW).send().await;
        assert_eq!(
            inspected.status == 200,
            is_good,
            "{case}: {}",
            inspected.text()
        );
        assert_eq!(
            inspected.status,
            redeemed.status,
            "{case}: {}",
            redeemed.text()
        );
        if !is_good {
            inspected.expect_problem(401, "invalid_link");
            assert_eq!(
                inspected.without_request_id(),
                redeemed.without_request_id(),
                "{case}"
            );
        }
    }
}

#[tokio::test]
async fn inspecting_and_redeeming_agree_before_and_after_expiry() {
    let app = TestApp::new().await;
    let (_, ada) = people(&app).await;
    let now: OffsetDateTime = app.database.value("select clock_timestamp()").await;
    let expired = token(&app, ada.id, 0, now - Duration::hours(72));
    let inspected = inspect(&app, &expired).await;
    inspected.expect_problem(401, "invalid_link");
    let redeemed = redeem(&app, &expired, NEW).send().await;
    assert_eq!(
        inspected.without_request_id(),
        redeemed.without_request_id()
    );
    let left = Duration::minutes(5);
    let almost = token(&app, ada.id, 0, now - Duration::hours(72) + left);
    let shown = inspect(&app, &almost).await.expect(200);
    let expires_at = OffsetDateTime::parse(shown["expiresAt"].as_str().unwrap(), &Rfc3339);
    let difference = expires_at.unwrap() - (now + left);
    assert!(difference.abs() < Duration::milliseconds(2), "{difference}");
    redeem(&app, &almost, NEW).send().await.expect(200);
}

#[tokio::test]
async fn inspecting_and_redeeming_agree_on_invalid_tokens_without_a_statement() {
    let app = TestApp::new().await;
    let (admin, ada) = people(&app).await;
    let token = link(&app, &admin, &ada).await;
    let forged = format!("{}{}", &token[..token.len() - 6], "AAAAAA");
    let before = app.statements().await;
    for token in [
        "",
        "hpl_",
        "nul \0",
        &ada.refresh_token,
        &ada.access_token,
        &token[..60],
        &format!("{token}."),
        &"A".repeat(60_000),
        &forged,
    ] {
        let inspected = inspect(&app, token).await;
        let redeemed = redeem(&app, token, NEW).send().await;
        if token == forged {
            inspected.expect_problem(401, "invalid_link");
        } else {
            inspected.expect_fields(422, "invalid_fields", &[("token", "incomplete_link")]);
        }
        assert_eq!(
            inspected.without_request_id(),
            redeemed.without_request_id(),
            "{token}"
        );
    }
    for (body, field) in [
        (json!({}), ("token", "required")),
        (json!({ "token": 1 }), ("token", "invalid_type")),
        (
            json!({ "token": token, "password": NEW }),
            ("password", "unknown_field"),
        ),
    ] {
        let answer = app.post("/api/recovery/inspect").json(&body).send().await;
        answer.expect_fields(422, "invalid_fields", &[field]);
    }
    // A token in the URL is not accepted: URLs are stored in histories and logs.
    let in_address = format!("/api/recovery/inspect?token={token}");
    let answer = app.post(&in_address).json(&json!({})).send().await;
    answer.expect_fields(422, "invalid_fields", &[("token", "required")]);
    assert_eq!(app.statements().await, before);
    inspect(&app, &token).await.expect(200);
}

#[tokio::test]
async fn inspecting_counts_invalid_links_like_redeeming_and_valid_links_never() {
    let app = TestApp::new().await;
    let (admin, ada) = people(&app).await;
    let dead = link(&app, &admin, &ada).await;
    let good = link(&app, &admin, &ada).await;
    let log = Log::catch();
    for round in 0..10 {
        let answer = match round % 2 {
            0 => inspect(&app, &dead).await,
            _ => redeem(&app, &dead, NEW).send().await,
        };
        answer.expect_problem(401, "invalid_link");
    }
    let events = app.database.events("link_refused").await;
    assert_eq!(events.len(), 10);
    let lines = log.lines();
    let named = lines
        .iter()
        .filter(|line| line["event"] == "authn_link_fail");
    assert_eq!(named.count(), 10);
    let counted: Vec<i32> = app
        .database
        .value("select array_agg(failures) from login_throttle")
        .await;
    // The sign-ins of Ada and the administrator have left no counters.
    assert_eq!(counted, [10]);

    app.database
        .execute("update login_throttle set blocked_until = clock_timestamp() + interval '1 hour'")
        .await;
    let before = stored(&app).await;
    for answer in [
        inspect(&app, &dead).await,
        redeem(&app, &dead, NEW).send().await,
    ] {
        answer.expect_problem(429, "too_many_attempts");
        assert!(answer.retry_after() > 3_000);
    }
    for answer in join_all((0..20).map(|_| inspect(&app, &good))).await {
        answer.expect(200);
    }
    assert_eq!(stored(&app).await, before);
    redeem(&app, &good, NEW).send().await.expect(200);
}

#[tokio::test]
async fn t33_without_a_database_a_link_is_503_and_not_invalid() {
    let app = TestApp::new().await;
    let (admin, ada) = people(&app).await;
    let token = link(&app, &admin, &ada).await;
    inspect(&app.cut_off(), &token).await.expect_unavailable();
    inspect(&app, &token).await.expect(200);
}
