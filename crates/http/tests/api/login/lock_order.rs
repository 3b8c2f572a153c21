//! Attempts share counters: two users in one office share the counter of the network, two attackers of one account
//! share the counter of the account. If attempts locked their counters in different orders, they would end in a
//! deadlock.

use futures_util::future::join_all;

use super::{attempt, credentials};
use crate::support::{PASSWORD, TestApp};

#[tokio::test]
async fn attempts_that_share_counters_never_deadlock() {
    let app = TestApp::new().await;
    let people = ["ada", "bob", "cy", "dee"].map(|name| format!("{name}@example.com"));
    for email in &people {
        app.person(email, &["user"]).await;
    }
    for round in 0..6 {
        // One attempt at each account from each network, half of them with the right password.
        let attempts = (0..16_u8).map(|n| {
            let email = &people[usize::from(n % 4)];
            let password = if (n / 4 + round) % 2 == 0 {
                PASSWORD
            } else {
                "not the password"
            };
            let body = credentials(email, password);
            let call = app.post("/api/login").json(&body);
            call.from([192, 0, 2, 1 + n / 4].into()).send()
        });
        for answer in join_all(attempts).await {
            assert!(
                [200, 401, 429, 503].contains(&answer.status.as_u16()),
                "{}",
                answer.text()
            );
        }
    }
    let deadlocks = "select deadlocks from pg_stat_database where datname = current_database()";
    assert_eq!(app.database.value::<i64>(deadlocks).await, 0);
}

#[tokio::test]
async fn no_failure_is_lost_when_a_success_is_concurrent() {
    let app = TestApp::new().await;
    app.person("ada@example.com", &["user"]).await;
    app.person("bob@example.com", &["user"]).await;
    let body = |email, password| credentials(email, password);
    for _ in 0..5 {
        let (right, wrong) = tokio::join!(
            app.post("/api/login")
                .json(&body("ada@example.com", PASSWORD))
                .send(),
            app.post("/api/login")
                .json(&body("bob@example.com", "not it"))
                .send(),
        );
        right.expect(200);
        assert_eq!(wrong.status, 401);
        attempt(&app, "bob@example.com", PASSWORD)
            .send()
            .await
            .expect(200);
    }
    // The counters of the network and of the account that was guessed keep the five failures.
    let counts = "select array_agg(failures order by failures) from login_throttle";
    assert_eq!(app.database.value::<Vec<i32>>(counts).await, [5, 5]);
}
