//! Sign-out with `everywhere`, which ends all sessions of the user.

use serde_json::json;

use super::{expect_alive, expect_over, expect_signed_out};
use crate::support::{Call, TestApp};

fn everywhere(app: &TestApp) -> Call<'_> {
    app.post("/api/logout").json(&json!({ "everywhere": true }))
}

#[tokio::test]
async fn sign_out_everywhere_ends_only_the_sessions_of_the_user() {
    let app = TestApp::new().await;
    let ada = app.signed_in("ada@example.com", &["user"]).await;
    let other = app.signed_in_again(&ada).await;
    let third = app.signed_in_again(&ada).await;
    let eve = app.signed_in("eve@example.com", &["user"]).await;
    let before = app.statements().await;
    expect_signed_out(&everywhere(&app).cookie(&ada.refresh_token).send().await);
    assert_eq!(app.statements().await - before, 1);
    for person in [&ada, &other, &third] {
        expect_over(&app, person).await;
    }
    expect_alive(&app, &eve).await;
    let events = app.database.events("logout_everywhere").await;
    assert_eq!(events.len(), 1);
    assert_eq!(events[0]["details"], json!({ "count": 3 }));
    assert_eq!(app.database.events("logout").await.len(), 0);
    // Sessions that begin afterwards are not affected.
    expect_alive(&app, &app.signed_in_again(&ada).await).await;
}

#[tokio::test]
async fn sign_out_everywhere_works_with_the_access_token_and_with_the_body() {
    let app = TestApp::new().await;
    let ada = app.signed_in("ada@example.com", &["user"]).await;
    let other = app.signed_in_again(&ada).await;
    expect_signed_out(&everywhere(&app).bearer(&ada).send().await);
    expect_over(&app, &other).await;
    let ada = app.signed_in_again(&ada).await;
    let other = app.signed_in_again(&ada).await;
    let body = json!({ "everywhere": true, "refreshToken": ada.refresh_token });
    expect_signed_out(&app.post("/api/logout").json(&body).send().await);
    expect_over(&app, &other).await;
}

#[tokio::test]
async fn the_token_of_an_ended_session_ends_no_other_session() {
    let app = TestApp::new().await;
    let first = app.person("ada@example.com", &["user"]).await;
    for over in [
        "update sessions set revoked_at = clock_timestamp(), revoked_reason = 'logout'",
        "update sessions set idle_expires_at = clock_timestamp()",
        "update sessions set expires_at = clock_timestamp()",
    ] {
        let lost = app.signed_in_again(&first).await;
        app.database.execute(over).await;
        let ada = app.signed_in_again(&lost).await;
        // Somebody who finds the token of an ended session, for example on an old laptop, must not be able to end the
        // user's current sessions.
        expect_signed_out(&everywhere(&app).cookie(&lost.refresh_token).send().await);
        expect_signed_out(&everywhere(&app).bearer(&lost).send().await);
        expect_alive(&app, &ada).await;
        assert_eq!(
            app.database.events("logout_everywhere").await.len(),
            0,
            "{over}"
        );
    }
}
