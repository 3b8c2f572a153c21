//! A token is valid only with its secret and in its environment.

use super::{by_body, refreshed};
use crate::support::TestApp;

const OLD: &str = "/mPAwiTtniOtB4WVTwZo9/WNmg7DPRFVRHfG4ETrZlk=";
const NEW: &str = "2UKw/IQpqEwOgCAXsIzEuTCG8akBP8nW3BNNvG1UPKg=";

#[tokio::test]
async fn a_new_secret_beside_the_previous_one_signs_nobody_out() {
    let app = TestApp::with(&[("HALLPASS_SECRET", OLD)]).await;
    let ada = app.signed_in("ada@example.com", &["user"]).await;
    let both = app.beside(&[("HALLPASS_SECRET", NEW), ("HALLPASS_SECRET_PREVIOUS", OLD)]);
    both.get("/api/me").bearer(&ada).send().await.expect(200);
    let next = refreshed(&both, &ada).await;
    both.get("/api/me").bearer(&next).send().await.expect(200);
    // New tokens are signed with the new secret, so they stay valid after the previous secret is removed.
    let new = app.beside(&[("HALLPASS_SECRET", NEW)]);
    new.get("/api/me").bearer(&next).send().await.expect(200);
    refreshed(&new, &next).await;
}

#[tokio::test]
async fn removing_a_secret_ends_all_its_sessions_without_a_statement() {
    let app = TestApp::with(&[("HALLPASS_SECRET", OLD)]).await;
    let ada = app.signed_in("ada@example.com", &["user"]).await;
    let new = app.beside(&[("HALLPASS_SECRET", NEW)]);
    let before = app.statements().await;
    by_body(&new, &ada.refresh_token)
        .send()
        .await
        .expect_problem(401, "invalid_refresh_token");
    new.get("/api/me")
        .bearer(&ada)
        .send()
        .await
        .expect_problem(401, "unauthenticated");
    assert_eq!(app.statements().await, before);
}

#[tokio::test]
async fn t10_production_and_preview_refuse_each_others_tokens() {
    let production = TestApp::with(&[("VERCEL_ENV", "production")]).await;
    let preview = production.beside(&[("VERCEL_ENV", "preview")]);
    let ada = preview.signed_in("ada@example.com", &["admin"]).await;
    let eve = production.signed_in("eve@example.com", &["admin"]).await;
    let before = production.statements().await;
    for (app, stranger) in [(&production, &ada), (&preview, &eve)] {
        let answer = by_body(app, &stranger.refresh_token).send().await;
        answer.expect_problem(401, "invalid_refresh_token");
        let answer = app.get("/api/me").bearer(stranger).send().await;
        answer.expect_problem(401, "unauthenticated");
    }
    assert_eq!(production.statements().await, before);
    refreshed(&preview, &ada).await;
    refreshed(&production, &eve).await;
}
