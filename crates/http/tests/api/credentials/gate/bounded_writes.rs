//! Attackers cannot fill the tables of audit events and of throttle counters: only failures that the throttle lets
//! through are recorded.

use super::{
    EMAIL, EXTEND_DELAYS, HOME, WRONG, ada, ada_signed_in, change_password, counters, dead_link,
    events, redeem, refresh, sign_in,
};
use crate::support::TestApp;

async fn app() -> TestApp {
    let app = TestApp::new().await;
    app.database.execute(EXTEND_DELAYS).await;
    app
}

/// Numbers of audit events since `events_before`, and of throttle counters.
async fn written(app: &TestApp, events_before: i64) -> (i64, usize) {
    (events(app).await - events_before, counters(app).await.len())
}

#[tokio::test]
async fn guesses_at_one_account_write_a_bounded_number_of_rows() {
    let app = app().await;
    ada(&app).await;
    for i in 0..30 {
        let answer = sign_in(&app, EMAIL, WRONG, HOME).send().await;
        answer.expect(if i < 5 { 401 } else { 429 });
    }
    assert_eq!(written(&app, 0).await, (5, 5));
}

#[tokio::test]
async fn guesses_at_many_accounts_write_a_bounded_number_of_rows() {
    let app = app().await;
    for i in 0..120 {
        let email = format!("nobody{i}@example.com");
        let answer = sign_in(&app, &email, WRONG, HOME).send().await;
        answer.expect(if i < 50 { 401 } else { 429 });
    }
    // Two counters for each account that was tried, one for the network and one for its site.
    assert_eq!(written(&app, 0).await, (50, 102));
}

#[tokio::test]
async fn guesses_at_the_current_password_write_a_bounded_number_of_rows() {
    let app = app().await;
    let ada = ada_signed_in(&app).await;
    let before = events(&app).await;
    for i in 0..30 {
        let answer = change_password(&app, &ada, WRONG).await;
        answer.expect(if i < 5 { 422 } else { 429 });
    }
    assert_eq!(written(&app, before).await, (5, 2));
}

#[tokio::test]
async fn attempts_with_an_invalid_link_write_a_bounded_number_of_rows() {
    let app = app().await;
    let ada = ada_signed_in(&app).await;
    let before = events(&app).await;
    let dead = dead_link(&app, &ada);
    for i in 0..30 {
        let answer = redeem(&app, &dead).await;
        answer.expect(if i < 10 { 401 } else { 429 });
    }
    assert_eq!(written(&app, before).await, (10, 1));
}

#[tokio::test]
async fn refreshes_of_an_ended_session_write_a_bounded_number_of_rows() {
    let app = app().await;
    let ada = ada_signed_in(&app).await;
    let end = "update sessions set revoked_at = now(), revoked_reason = 'logout'";
    app.database.execute(end).await;
    let before = events(&app).await;
    for _ in 0..30 {
        let answer = refresh(&app, &ada.refresh_token).await;
        answer.expect_problem(401, "invalid_refresh_token");
    }
    assert_eq!(written(&app, before).await, (5, 1));
}
