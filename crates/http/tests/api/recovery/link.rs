//! A one-time link works once, for 72 hours, only if it is the newest one, and only for an active account.

use futures_util::future::join_all;
use hallpass_core::tokens::link::LinkToken;
use serde_json::json;
use time::{Duration, OffsetDateTime};
use uuid::Uuid;

use super::{NEW, link, people, redeem};
use crate::support::{PASSWORD, TestApp, jwt};

/// The token of a link that was created at this moment.
pub(super) fn token(
    app: &TestApp,
    user_id: Uuid,
    credential_version: i32,
    made_at: OffsetDateTime,
) -> String {
    let link = LinkToken {
        user_id,
        credential_version,
        made_at,
    };
    link.encode(&app.hallpass.keys)
}

#[tokio::test]
async fn t06_a_link_works_once() {
    let app = TestApp::new().await;
    let (admin, ada) = people(&app).await;
    let token = link(&app, &admin, &ada).await;
    redeem(&app, &token, NEW).send().await.expect(200);
    let again = redeem(&app, &token, "another lantern meadow").send().await;
    again.expect_problem(401, "invalid_link");
    let body = json!({ "email": ada.email, "password": NEW });
    app.post("/api/login").json(&body).send().await.expect(200);
}

#[tokio::test]
async fn t06_a_link_works_once_for_ten_parallel_requests() {
    let app = TestApp::new().await;
    let (admin, ada) = people(&app).await;
    let token = link(&app, &admin, &ada).await;
    let answers = join_all((0..10).map(|_| redeem(&app, &token, NEW).send())).await;
    let done = answers.iter().filter(|answer| answer.status == 200).count();
    let late = answers.iter().filter(|answer| answer.status == 401).count();
    assert_eq!((done, late), (1, 9));
    let live = format!(
        "select count(*) from sessions where user_id = '{}' and revoked_at is null",
        ada.id
    );
    assert_eq!(app.database.value::<i64>(&live).await, 1);
}

#[tokio::test]
async fn t06_a_newer_link_replaces_the_older() {
    let app = TestApp::new().await;
    let (admin, ada) = people(&app).await;
    let older = link(&app, &admin, &ada).await;
    let newer = link(&app, &admin, &ada).await;
    redeem(&app, &older, NEW)
        .send()
        .await
        .expect_problem(401, "invalid_link");
    redeem(&app, &newer, NEW).send().await.expect(200);
}

#[tokio::test]
async fn t06_a_password_change_invalidates_pending_links() {
    let app = TestApp::new().await;
    let (admin, ada) = people(&app).await;
    let token = link(&app, &admin, &ada).await;
    let body = json!({ "currentPassword": PASSWORD, "newPassword": "velvet harbor siren" });
    let changed = app
        .post("/api/me/password")
        .bearer(&ada)
        .json(&body)
        .send()
        .await;
    assert!(changed.status.is_success(), "{}", changed.text());
    redeem(&app, &token, NEW)
        .send()
        .await
        .expect_problem(401, "invalid_link");
}

#[tokio::test]
async fn t06_a_link_expires_after_72_hours_by_the_database_clock() {
    let app = TestApp::new().await;
    let (_, ada) = people(&app).await;
    let now = jwt::claims(&ada.access_token)["iat"].as_i64().unwrap();
    let now = OffsetDateTime::from_unix_timestamp(now).unwrap();
    let made = |ago: Duration| token(&app, ada.id, 0, now - ago);
    for old in [Duration::hours(72), Duration::days(365)] {
        redeem(&app, &made(old), NEW)
            .send()
            .await
            .expect_problem(401, "invalid_link");
    }
    let almost = Duration::hours(72) - Duration::minutes(5);
    redeem(&app, &made(almost), NEW).send().await.expect(200);
}

#[tokio::test]
async fn a_link_does_not_work_for_a_deactivated_account() {
    let app = TestApp::new().await;
    let (admin, ada) = people(&app).await;
    let token = link(&app, &admin, &ada).await;
    app.database
        .execute("update users set is_active = false where email like 'ada@%'")
        .await;
    redeem(&app, &token, NEW)
        .send()
        .await
        .expect_problem(401, "invalid_link");
    app.database
        .execute("update users set is_active = true")
        .await;
    // The deactivation has ended the link for good, even after a reactivation.
    redeem(&app, &token, NEW)
        .send()
        .await
        .expect_problem(401, "invalid_link");
}

#[tokio::test]
async fn unknown_used_expired_replaced_and_forged_links_look_the_same() {
    let app = TestApp::new().await;
    let (admin, ada) = people(&app).await;
    let now = jwt::claims(&ada.access_token)["iat"].as_i64().unwrap();
    let now = OffsetDateTime::from_unix_timestamp(now).unwrap();
    let replaced = link(&app, &admin, &ada).await;
    let used = link(&app, &admin, &ada).await;
    redeem(&app, &used, NEW).send().await.expect(200);
    let mut seen = Vec::new();
    for token in [
        token(&app, Uuid::now_v7(), 0, now),
        used.clone(),
        replaced,
        token(&app, ada.id, 3, now - Duration::days(4)),
        token(&app, ada.id, 4, now),
        format!("{}A", &used[..used.len() - 1]),
    ] {
        let answer = redeem(&app, &token, "another lantern meadow").send().await;
        answer.expect_problem(401, "invalid_link");
        assert_eq!(answer.header("set-cookie"), None);
        seen.push(answer.without_request_id());
    }
    assert!(seen.iter().all(|body| *body == seen[0]), "{seen:?}");
}
