//! Sessions that have expired or ended, and users who were deactivated.

use super::{by_body, by_cookie, refreshed, session};
use crate::support::TestApp;

/// Fails unless, after this change of the database, both tokens of the session are refused and the attempts change
/// nothing.
async fn expect_over_after(sql: &str) {
    let app = TestApp::new().await;
    let ada = app.signed_in("ada@example.com", &["user"]).await;
    app.get("/api/me").bearer(&ada).send().await.expect(200);
    app.database.execute(sql).await;
    let before = session(&app).await;
    let answer = by_cookie(&app, &ada.refresh_token).send().await;
    answer.expect_problem(401, "invalid_refresh_token");
    for name in ["__Host-hallpass", "__Host-hallpass-present"] {
        assert_eq!(answer.cookie(name).as_deref(), Some(""), "{name}");
    }
    let answer = app.get("/api/me").bearer(&ada).send().await;
    answer.expect_problem(401, "unauthenticated");
    assert_eq!(session(&app).await, before);
    assert_eq!(app.database.events("refresh_reuse").await.len(), 0);
}

#[tokio::test]
async fn a_session_past_its_idle_expiry_is_refused() {
    expect_over_after("update sessions set idle_expires_at = clock_timestamp()").await;
}

#[tokio::test]
async fn a_session_past_its_absolute_expiry_is_refused() {
    expect_over_after("update sessions set expires_at = clock_timestamp()").await;
}

#[tokio::test]
async fn a_session_that_was_ended_is_refused() {
    let end = "update sessions set revoked_at = clock_timestamp(), revoked_reason = 'logout'";
    expect_over_after(end).await;
}

#[tokio::test]
async fn t05_deactivating_a_user_ends_the_sessions_at_once() {
    expect_over_after("update users set is_active = false").await;
}

#[tokio::test]
async fn the_operator_can_end_all_sessions() {
    expect_over_after("update settings set sessions_valid_from = clock_timestamp()").await;
}

#[tokio::test]
async fn an_unknown_session_is_refused() {
    let app = TestApp::new().await;
    let ada = app.signed_in("ada@example.com", &["user"]).await;
    app.database.execute("delete from sessions").await;
    let answer = by_body(&app, &ada.refresh_token).send().await;
    answer.expect_problem(401, "invalid_refresh_token");
    app.get("/api/me")
        .bearer(&ada)
        .send()
        .await
        .expect_problem(401, "unauthenticated");
}

#[tokio::test]
async fn a_refresh_extends_the_idle_expiry_but_never_the_absolute_expiry() {
    let app = TestApp::new().await;
    let ada = app.signed_in("ada@example.com", &["user"]).await;
    let near = "update sessions set idle_expires_at = clock_timestamp() + interval '1 minute', \
        expires_at = clock_timestamp() + interval '10 days'";
    app.database.execute(near).await;
    let before = session(&app).await;
    let next = refreshed(&app, &ada).await;
    let idle =
        "select idle_expires_at - last_used_at between '167:59:59' and '168:00:01' from sessions";
    assert!(
        app.database.value::<bool>(idle).await,
        "seven days from now"
    );
    assert_eq!(session(&app).await["expires_at"], before["expires_at"]);
    // Less than seven days before the absolute expiry, the idle expiry is the absolute expiry.
    let last_hour = "update sessions set expires_at = clock_timestamp() + interval '1 hour'";
    app.database.execute(last_hour).await;
    let before = session(&app).await;
    let answer = by_cookie(&app, &next.refresh_token).send().await;
    answer.expect(200);
    let after = session(&app).await;
    assert_eq!(after["expires_at"], before["expires_at"]);
    assert_eq!(after["idle_expires_at"], before["expires_at"]);
    // The cookies expire with the session.
    let ages: Vec<u32> = answer
        .headers
        .get_all("set-cookie")
        .iter()
        .filter(|cookie| !cookie.to_str().unwrap().contains("-device"))
        .map(|cookie| {
            let age = cookie.to_str().unwrap().split("Max-Age=").nth(1).unwrap();
            age.split(';').next().unwrap().parse().unwrap()
        })
        .collect();
    let [session, present] = ages[..] else {
        panic!("{ages:?}")
    };
    assert_eq!(session, present);
    assert!((3_590..=3_600).contains(&session), "{session}");
}
