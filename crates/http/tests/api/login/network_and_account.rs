//! The two wider counters of the throttle: of a network over all accounts, and of an account over all networks.

use std::time::Instant;

use super::{attempt, fail};
use crate::support::{PASSWORD, TestApp};

#[tokio::test]
async fn t14_trying_one_password_on_many_accounts_hits_the_limit_of_the_network() {
    let app = TestApp::new().await;
    app.person("ada@example.com", &["user"]).await;
    fail(&app, "nobody1@example.com", 1, 401).await;
    fail(&app, "nobody2@example.com", 1, 401).await;
    // Two attempts at two accounts from one network: only the network's counter has two failures.
    let many = "update login_throttle set failures = 49 where failures = 2";
    app.database.execute(many).await;
    fail(&app, "nobody3@example.com", 1, 401).await;
    let refused = fail(&app, "nobody4@example.com", 1, 429).await;
    refused.expect_problem(429, "too_many_attempts");
    assert_eq!(refused.retry_after(), 1);
    let right = |network| {
        attempt(&app, "ada@example.com", PASSWORD)
            .from([192, 0, 2, network].into())
            .send()
    };
    right(1).await.expect(429);
    right(2).await.expect(200);
}

#[tokio::test]
async fn a_success_does_not_reset_the_failures_of_its_network() {
    let app = TestApp::new().await;
    app.person("mallory@example.com", &["user"]).await;
    fail(&app, "nobody1@example.com", 1, 401).await;
    fail(&app, "nobody2@example.com", 1, 401).await;
    let over = "update login_throttle set failures = 60 where failures = 2";
    app.database.execute(over).await;
    attempt(&app, "mallory@example.com", PASSWORD)
        .send()
        .await
        .expect(200);
    fail(&app, "nobody3@example.com", 1, 401).await;
    assert!(
        fail(&app, "nobody4@example.com", 1, 429)
            .await
            .retry_after()
            > 900 / 2
    );
}

/// Ada's account after so many guesses from many networks that the account's limit is reached.
async fn hammered() -> TestApp {
    let app = TestApp::new().await;
    app.person("ada@example.com", &["user"]).await;
    fail(&app, "ada@example.com", 1, 401).await;
    fail(&app, "ada@example.com", 2, 401).await;
    let many = "update login_throttle set failures = 99 where failures = 2";
    app.database.execute(many).await;
    fail(&app, "ada@example.com", 3, 401).await;
    app
}

#[tokio::test]
async fn t14_an_attacked_account_delays_other_networks_only_shortly() {
    let app = hammered().await;
    fail(&app, "ada@example.com", 4, 429)
        .await
        .expect_problem(429, "too_many_attempts");
    // The account's user, from a new device, waits as well, but never longer than 30 s.
    let far =
        "update login_throttle set failures = 5000, blocked_until = null where failures = 100";
    app.database.execute(far).await;
    let before = Instant::now();
    fail(&app, "ada@example.com", 5, 401).await;
    let wait = fail(&app, "ada@example.com", 6, 429).await.retry_after();
    // A busy machine takes seconds for the two requests, which are a part of the wait.
    let passed = before.elapsed().as_secs();
    assert!(
        (30_u64.saturating_sub(passed)..=30).contains(&u64::from(wait)),
        "{wait}"
    );
    let half_a_minute = "update login_throttle set blocked_until = blocked_until - interval '30 s'";
    app.database.execute(half_a_minute).await;
    attempt(&app, "ada@example.com", PASSWORD)
        .from([192, 0, 2, 7].into())
        .send()
        .await
        .expect(200);
}

#[tokio::test]
async fn t14_a_known_device_has_its_own_limit_instead_of_the_accounts() {
    let app = TestApp::new().await;
    app.person("ada@example.com", &["user"]).await;
    app.person("eve@example.com", &["user"]).await;
    let mark = async |email| {
        let answer = attempt(&app, email, PASSWORD).send().await;
        answer.cookie("__Host-hallpass-device").unwrap()
    };
    let (adas, eves) = (mark("ada@example.com").await, mark("eve@example.com").await);
    // After attempts from two networks, only the account's counter has two failures.
    app.database.execute("delete from login_throttle").await;
    fail(&app, "ada@example.com", 2, 401).await;
    fail(&app, "ada@example.com", 3, 401).await;
    let many = "update login_throttle set failures = 150 where failures = 2";
    app.database.execute(many).await;
    fail(&app, "ada@example.com", 4, 401).await;
    let from_device = |mark: &str, password| {
        let cookie = format!("__Host-hallpass-device={mark}");
        let call = attempt(&app, "ada@example.com", password).from([192, 0, 2, 9].into());
        call.header("cookie", &cookie)
            .header("sec-fetch-site", "same-origin")
            .send()
    };
    let (head, tail) = adas.split_at(20);
    let other = if tail.starts_with('A') { 'B' } else { 'A' };
    let forged = format!("{head}{other}{}", &tail[1..]);
    for stranger in [eves.as_str(), forged.as_str(), "hpd_", ""] {
        from_device(stranger, PASSWORD)
            .await
            .expect_problem(429, "too_many_attempts");
    }
    from_device(&adas, PASSWORD).await.expect(200);
    // The number of guesses from a stolen known device is limited as well.
    for i in 0..6 {
        from_device(&adas, "not the password")
            .await
            .expect(if i < 5 { 401 } else { 429 });
    }
}

#[tokio::test]
async fn t14_sessions_continue_while_their_account_is_attacked() {
    let app = TestApp::new().await;
    let ada = app.signed_in("ada@example.com", &["user"]).await;
    for _ in 0..6 {
        attempt(&app, "ada@example.com", "not the password")
            .send()
            .await;
    }
    app.get("/api/me").bearer(&ada).send().await.expect(200);
    let body = serde_json::json!({ "refreshToken": ada.refresh_token });
    app.post("/api/refresh")
        .json(&body)
        .send()
        .await
        .expect(200);
}
