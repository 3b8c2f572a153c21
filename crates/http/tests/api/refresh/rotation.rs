//! The current refresh token rotates the session. The previous one gets the same response for a while.

use std::time::Duration;

use futures_util::future::join_all;
use uuid::Uuid;

use super::{by_body, later, refreshed, session};
use crate::support::{TestApp, jwt};

#[tokio::test]
async fn the_current_token_is_exchanged_for_the_next_one() {
    let app = TestApp::new().await;
    let ada = app.signed_in("ada@example.com", &["viewer"]).await;
    let before = session(&app).await;
    let call = by_body(&app, &ada.refresh_token).header("user-agent", "another");
    let answer = call.from([198, 51, 100, 7].into()).send().await;
    let tokens = answer.expect(200);
    assert_eq!(tokens["tokenType"], "Bearer");
    assert_eq!(tokens["expiresIn"], 600);
    assert_eq!(tokens["user"]["id"], ada.id.to_string());
    let next = tokens["refreshToken"].as_str().unwrap();
    assert!(next.starts_with("hpr_") && next != ada.refresh_token);
    let claims = jwt::claims(tokens["accessToken"].as_str().unwrap());
    assert_eq!(claims["gen"], 1);
    assert_eq!(claims["sid"], before["id"]);
    let after = session(&app).await;
    assert_eq!(after["generation"], 1);
    assert_eq!(after["ip"], "198.51.100.7");
    assert_eq!(after["user_agent"], "another");
    assert_eq!(after["expires_at"], before["expires_at"]);
    for moved in ["rotated_at", "last_used_at", "idle_expires_at"] {
        assert!(after[moved].as_str() > before[moved].as_str(), "{moved}");
    }
}

#[tokio::test]
async fn every_refresh_costs_one_statement_whatever_its_result() {
    let app = TestApp::new().await;
    let ada = app.signed_in("ada@example.com", &["user"]).await;
    // In turn: a rotation, a retry, reuse, and a session that has ended.
    for (seconds, status) in [(0.0, 200), (0.0, 200), (31.0, 401), (0.0, 401)] {
        later(&app, seconds).await;
        let before = app.statements().await;
        by_body(&app, &ada.refresh_token)
            .send()
            .await
            .expect(status);
        assert_eq!(app.statements().await - before, 1, "{status}");
    }
}

#[tokio::test]
async fn t40_a_retry_gives_the_same_token_and_changes_nothing() {
    let app = TestApp::new().await;
    let ada = app.signed_in("ada@example.com", &["user"]).await;
    let first = refreshed(&app, &ada).await;
    let stored = session(&app).await;
    for seconds in [0.0, 2.0, 15.0, 12.0] {
        // Retries do not extend the window. After the last one, 29 s have passed.
        later(&app, seconds).await;
        assert_eq!(
            refreshed(&app, &ada).await.refresh_token,
            first.refresh_token
        );
    }
    later(&app, -29.0).await;
    let mut after = session(&app).await;
    // Only the time of the retry is stored, which invalidates earlier access tokens.
    assert!(after["reissued_at"].take().is_string());
    assert_eq!(after, stored);
    let events: i64 = app
        .database
        .value("select count(*) from audit_events")
        .await;
    assert_eq!(events, 1, "only the sign-in");
}

#[tokio::test]
async fn for_three_seconds_the_previous_token_works_even_if_its_successor_was_used() {
    let app = TestApp::new().await;
    let ada = app.signed_in("ada@example.com", &["user"]).await;
    let first = refreshed(&app, &ada).await;
    app.get("/api/me").bearer(&first).send().await.expect(200);
    later(&app, 2.0).await;
    assert_eq!(
        refreshed(&app, &ada).await.refresh_token,
        first.refresh_token
    );
    // Both tabs have the same token and continue with it.
    let second = refreshed(&app, &first).await;
    app.get("/api/me").bearer(&second).send().await.expect(200);
}

#[tokio::test]
async fn t01_twenty_parallel_refreshes_over_three_instances_give_one_successor() {
    let app = TestApp::new().await;
    let instances = [&app, &app.beside(&[]), &app.beside(&[])];
    let mut ada = app.signed_in("ada@example.com", &["user"]).await;
    for round in 1..=160 {
        let calls = (0..20).map(async |i: usize| {
            // Tabs refresh within a few milliseconds of each other.
            let delay = u64::from(Uuid::new_v4().as_bytes()[0] % 5);
            tokio::time::sleep(Duration::from_millis(delay)).await;
            refreshed(instances[i % 3], &ada).await
        });
        let people = join_all(calls).await;
        assert!(
            people
                .iter()
                .all(|p| p.refresh_token == people[0].refresh_token)
        );
        assert_eq!(session(&app).await["generation"], round);
        ada = people.into_iter().next_back().unwrap();
    }
    app.get("/api/me").bearer(&ada).send().await.expect(200);
    assert_eq!(app.database.events("refresh_reuse").await.len(), 0);
}

#[tokio::test]
async fn the_new_access_token_has_the_current_roles_of_the_user() {
    let app = TestApp::new().await;
    let ada = app.signed_in("ada@example.com", &["viewer"]).await;
    app.database
        .execute("update users set roles = '{user}', name = 'Countess'")
        .await;
    let tokens = by_body(&app, &ada.refresh_token).send().await.expect(200);
    assert_eq!(tokens["user"]["name"], "Countess");
    let claims = jwt::claims(tokens["accessToken"].as_str().unwrap());
    assert_eq!(claims["roles"], serde_json::json!(["user"]));
}
