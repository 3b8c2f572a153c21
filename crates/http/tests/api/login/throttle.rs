//! The throttle of attempts at one account from one network.

use std::time::{Duration, Instant};

use futures_util::future::join_all;

use super::{attempt, fail};
use crate::support::{PASSWORD, TestApp};

/// Extends every wait by an hour: the first wait takes one second, and could end while a slow test runs.
const STRETCH: &str = "update login_throttle set blocked_until = blocked_until + interval '1 hour'";
const LIFT: &str = "update login_throttle set blocked_until = clock_timestamp()";
/// Time for which attempts that were answered with 503 are repeated.
const PATIENCE: Duration = Duration::from_secs(30);

#[tokio::test]
async fn after_five_failures_the_wait_begins_and_doubles() {
    let app = TestApp::new().await;
    app.person("ada@example.com", &["user"]).await;
    for _ in 0..5 {
        fail(&app, "ada@example.com", 1, 401).await;
    }
    for wait in [1, 2, 4, 8, 16] {
        let refused = fail(&app, "ada@example.com", 1, 429).await;
        refused.expect_problem(429, "too_many_attempts");
        assert_eq!(refused.retry_after(), wait);
        // A throttled attempt is not counted.
        assert_eq!(
            fail(&app, "ada@example.com", 1, 429).await.retry_after(),
            wait
        );
        app.database.execute(LIFT).await;
        fail(&app, "ada@example.com", 1, 401).await;
    }
    let far = "update login_throttle set blocked_until = null, failures = 40";
    app.database.execute(far).await;
    fail(&app, "ada@example.com", 1, 401).await;
    assert_eq!(
        fail(&app, "ada@example.com", 1, 429).await.retry_after(),
        900
    );
}

#[tokio::test]
async fn the_right_password_past_the_limit_is_refused_from_there_and_accepted_from_elsewhere() {
    let app = TestApp::new().await;
    app.person("ada@example.com", &["user"]).await;
    for _ in 0..5 {
        fail(&app, "ada@example.com", 1, 401).await;
    }
    app.database.execute(STRETCH).await;
    let right = |network| {
        attempt(&app, "ada@example.com", PASSWORD)
            .from([192, 0, 2, network].into())
            .send()
    };
    let before = app.statements().await;
    right(1).await.expect_problem(429, "too_many_attempts");
    assert_eq!(
        app.statements().await - before,
        1,
        "nothing is hashed or recorded"
    );
    right(2).await.expect(200);
    // A sign-in from another network does not end the wait of the first one.
    right(1).await.expect_problem(429, "too_many_attempts");
    app.database.execute(LIFT).await;
    right(1).await.expect(200);
}

#[tokio::test]
async fn a_success_resets_the_count() {
    let app = TestApp::new().await;
    app.person("ada@example.com", &["user"]).await;
    for _ in 0..3 {
        for _ in 0..4 {
            fail(&app, "ada@example.com", 1, 401).await;
        }
        attempt(&app, "ada@example.com", PASSWORD)
            .send()
            .await
            .expect(200);
    }
    // The counter of the network and the two of the account keep all failures. After each success, the first failure
    // counts as one from a new network, because the counter of account and network was reset.
    let counts = "select array_agg(failures order by failures) from login_throttle";
    assert_eq!(app.database.value::<Vec<i32>>(counts).await, [3, 9, 12]);
}

#[tokio::test]
async fn the_count_restarts_a_day_after_the_first_failure() {
    let app = TestApp::new().await;
    for _ in 0..5 {
        fail(&app, "nobody@example.com", 1, 401).await;
    }
    let a_day_later = "update login_throttle set first_failure_at = first_failure_at - interval '86401 s', \
        blocked_until = blocked_until - interval '86401 s'";
    app.database.execute(a_day_later).await;
    for _ in 0..5 {
        fail(&app, "nobody@example.com", 1, 401).await;
    }
    fail(&app, "nobody@example.com", 1, 429).await;
}

#[tokio::test]
async fn throttling_ignores_spellings_of_the_address_and_spoofed_networks() {
    let app = TestApp::new().await;
    app.person("zo\u{eb}@example.com", &["user"]).await;
    for (i, email) in [
        "zo\u{eb}@example.com",
        "ZO\u{cb}@example.com",
        "zoe\u{308}@EXAMPLE.com",
    ]
    .into_iter()
    .cycle()
    .take(6)
    .enumerate()
    {
        let call = attempt(&app, email, "not the password")
            .header("x-forwarded-for", &format!("203.0.113.{i}"))
            .header("x-vercel-forwarded-for", &format!("203.0.113.{i}"))
            .header("forwarded", &format!("for=203.0.113.{i}"))
            .header("x-client-ip", &format!("203.0.113.{i}"));
        call.send().await.expect(if i < 5 { 401 } else { 429 });
    }
}

#[tokio::test]
async fn the_addresses_of_an_ipv6_subscriber_are_one_network() {
    let app = TestApp::new().await;
    for i in 0..7_u16 {
        let ip = [0x2001, 0xdb8, 1, 2, i, i, i, i].into();
        let call = attempt(&app, "nobody@example.com", PASSWORD).from(ip);
        call.send().await.expect(if i < 5 { 401 } else { 429 });
    }
    let neighbour = [0x2001, 0xdb8, 1, 3, 0, 0, 0, 1].into();
    attempt(&app, "nobody@example.com", PASSWORD)
        .from(neighbour)
        .send()
        .await
        .expect(401);
}

#[tokio::test]
async fn t12_throttled_responses_do_not_reveal_whether_an_account_exists() {
    let app = TestApp::new().await;
    app.person("ada@example.com", &["user"]).await;
    app.person("off@example.com", &["user"]).await;
    app.database
        .execute("update users set is_active = false where email like 'off@%'")
        .await;
    let mut seen = Vec::new();
    for (network, email) in [
        (1, "ada@example.com"),
        (2, "nobody@example.com"),
        (3, "off@example.com"),
    ] {
        for _ in 0..5 {
            fail(&app, email, network, 401).await;
        }
        let mut answer = fail(&app, email, network, 429).await;
        answer.headers.remove("x-request-id");
        seen.push((answer.headers.clone(), answer.json()["detail"].clone()));
    }
    assert_eq!(seen[0], seen[1]);
    assert_eq!(seen[0], seen[2]);
}

#[tokio::test]
async fn t13_parallel_guesses_cannot_exceed_the_limit() {
    let app = TestApp::with(&[("DATABASE_CONNECTION_LIMIT", "8")]).await;
    let other = app.beside(&[("DATABASE_CONNECTION_LIMIT", "8")]);
    app.person("ada@example.com", &["user"]).await;
    let started = Instant::now();
    let calls = (0..500).map(async |i: u32| {
        let app = if i.is_multiple_of(2) { &app } else { &other };
        let spoofed = format!("203.0.113.{}", i % 250);
        loop {
            let call = attempt(app, "ada@example.com", "not the password");
            let answer = call.header("x-forwarded-for", &spoofed).send().await;
            // On a busy machine, some attempts get no database connection in time. They are repeated for a while.
            if answer.status != 503 || started.elapsed() > PATIENCE {
                return answer;
            }
        }
    });
    let answers = join_all(calls).await;
    let waited = started.elapsed().as_secs();
    let judged = answers.iter().filter(|answer| answer.status == 401).count();
    let refused = answers.iter().filter(|answer| answer.status == 429).count();
    assert_eq!(judged + refused, 500);
    // Five attempts are allowed at once, and one more each after 1 s, after 1 + 2 s and after 1 + 2 + 4 s.
    let allowed = 5 + (1_u32..10).filter(|n| 2_u64.pow(*n) - 1 <= waited).count();
    assert!((5..=allowed).contains(&judged), "{judged} in {waited} s");
    let counted: i32 = app
        .database
        .value("select max(failures) from login_throttle")
        .await;
    assert_eq!(usize::try_from(counted).unwrap(), judged);
    assert_eq!(app.database.events("login_failed").await.len(), judged);
}
