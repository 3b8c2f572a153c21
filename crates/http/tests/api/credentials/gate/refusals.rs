//! A throttled attempt changes no counter and writes no audit event, whichever counter throttles it.

use super::{
    ELSEWHERE, EMAIL, HOME, WRONG, ada, ada_signed_in, change_password, counters, dead_link,
    device, events, from_device, redeem, refresh, sign_in,
};
use crate::support::{Answer, PASSWORD, TestApp};

/// Copies the counters, so that they can be restored.
const KEEP: &str = "create table kept as table login_throttle";
const PUT_BACK: &str = "delete from login_throttle; insert into login_throttle table kept";

/// The keys of all counters, as SQL literals.
async fn keys(app: &TestApp) -> Vec<String> {
    let keys = "select quote_literal(key) from login_throttle order by key";
    app.database.values(keys).await
}

/// Restores the counters and lets only this one block attempts.
async fn block(app: &TestApp, key: &str) {
    let block = format!(
        "{PUT_BACK}; update login_throttle \
         set blocked_until = case when key = {key} then clock_timestamp() + interval '1 hour' end"
    );
    app.database.execute(&block).await;
}

/// Whether the attempt is throttled. Fails if a throttled attempt changes anything.
async fn is_refused(app: &TestApp, attempt: impl Future<Output = Answer>) -> bool {
    let before = (counters(app).await, events(app).await);
    let answer = attempt.await;
    if answer.status != 429 {
        return false;
    }
    answer.expect_problem(429, "too_many_attempts");
    answer.retry_after();
    assert_eq!((counters(app).await, events(app).await), before);
    true
}

#[tokio::test]
async fn a_sign_in_throttled_by_any_counter_changes_nothing() {
    let app = TestApp::new().await;
    ada(&app).await;
    for _ in 0..2 {
        sign_in(&app, EMAIL, WRONG, HOME).send().await.expect(401);
    }
    app.database.execute(KEEP).await;
    let keys = keys(&app).await;
    // Counters of the account from this network, of the network, of its site, of the account from networks that have
    // failed at it, and of the account from other networks.
    assert_eq!(keys.len(), 5);
    for password in [WRONG, PASSWORD] {
        let mut refused = [0, 0];
        for key in &keys {
            for (place, from) in [HOME, ELSEWHERE].into_iter().enumerate() {
                block(&app, key).await;
                let attempt = sign_in(&app, EMAIL, password, from).send();
                refused[place] += usize::from(is_refused(&app, attempt).await);
            }
        }
        assert_eq!(refused, [4, 1], "{password}");
    }
}

#[tokio::test]
async fn a_sign_in_throttled_by_the_counter_of_the_device_changes_nothing() {
    let app = TestApp::new().await;
    ada(&app).await;
    let device = device(&app, EMAIL).await;
    app.database.execute("delete from login_throttle").await;
    from_device(&app, EMAIL, WRONG, &device)
        .send()
        .await
        .expect(401);
    app.database.execute(KEEP).await;
    let keys = keys(&app).await;
    assert_eq!(keys.len(), 1);
    for password in [WRONG, PASSWORD] {
        block(&app, &keys[0]).await;
        let attempt = from_device(&app, EMAIL, password, &device).send();
        assert!(is_refused(&app, attempt).await, "{password}");
    }
}

#[tokio::test]
async fn a_password_change_throttled_by_any_counter_changes_nothing() {
    let app = TestApp::new().await;
    let ada = ada_signed_in(&app).await;
    change_password(&app, &ada, WRONG).await.expect(422);
    app.database.execute(KEEP).await;
    let keys = keys(&app).await;
    assert_eq!(keys.len(), 2);
    for key in &keys {
        for password in [WRONG, PASSWORD] {
            block(&app, key).await;
            let attempt = change_password(&app, &ada, password);
            assert!(is_refused(&app, attempt).await, "{password}");
        }
    }
}

#[tokio::test]
async fn a_throttled_link_changes_nothing_and_a_valid_link_is_never_throttled() {
    let app = TestApp::new().await;
    let admin = app.signed_in("root@example.com", &["admin"]).await;
    let ada = ada_signed_in(&app).await;
    let dead = dead_link(&app, &ada);
    let good = crate::recovery::link(&app, &admin, &ada).await;
    redeem(&app, &dead).await.expect(401);
    app.database.execute(KEEP).await;
    let keys = keys(&app).await;
    assert_eq!(keys.len(), 1);
    block(&app, &keys[0]).await;
    assert!(is_refused(&app, redeem(&app, &dead)).await);
    let before = counters(&app).await;
    redeem(&app, &good).await.expect(200);
    assert_eq!(counters(&app).await, before);
}

#[tokio::test]
async fn a_throttled_refresh_of_an_ended_session_changes_nothing() {
    let app = TestApp::new().await;
    let ada = ada_signed_in(&app).await;
    let end = "update sessions set revoked_at = now(), revoked_reason = 'logout'";
    app.database.execute(end).await;
    refresh(&app, &ada.refresh_token).await.expect(401);
    app.database.execute(KEEP).await;
    let keys = keys(&app).await;
    assert_eq!(keys.len(), 1);
    block(&app, &keys[0]).await;
    let before = (counters(&app).await, events(&app).await);
    // The token is invalid in any case, so the response of a throttled refresh is the same.
    let answer = refresh(&app, &ada.refresh_token).await;
    answer.expect_problem(401, "invalid_refresh_token");
    assert_eq!((counters(&app).await, events(&app).await), before);
}
