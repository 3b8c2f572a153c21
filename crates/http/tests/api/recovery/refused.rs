//! Refused redemptions: forged and foreign tokens, malformed and cross-site requests, overload, and a database that is
//! down.

use serde_json::json;

use super::{NEW, link, people, redeem};
use crate::support::TestApp;

#[tokio::test]
async fn a_malformed_body_is_refused_without_a_statement() {
    let app = TestApp::new().await;
    let before = app.statements().await;
    let send = |content_type, body: &str| {
        app.post("/api/recovery")
            .body(content_type, body.to_owned())
            .send()
    };
    let json = "application/json";
    send(json, "{").await.expect_problem(400, "malformed_json");
    send(json, "").await.expect_problem(400, "malformed_json");
    send("text/plain", "{}")
        .await
        .expect_problem(415, "unsupported_media_type");
    send(json, &" ".repeat(65_537))
        .await
        .expect_problem(413, "body_too_large");
    for (body, fields) in [
        (json!({}), [("token", "required")]),
        (json!({ "token": "x" }), [("password", "required")]),
        (
            json!({ "token": 1, "password": NEW }),
            [("token", "invalid_type")],
        ),
        (
            json!({ "token": "x", "password": null }),
            [("password", "invalid_type")],
        ),
        (
            json!({ "token": "x", "password": NEW, "delivery": "" }),
            [("delivery", "invalid_type")],
        ),
        (
            json!({ "token": "x", "password": NEW, "userId": 1 }),
            [("userId", "unknown_field")],
        ),
    ] {
        let answer = send(json, &body.to_string()).await;
        answer.expect_fields(422, "invalid_fields", &fields);
    }
    assert_eq!(app.statements().await, before);
}

#[tokio::test]
async fn a_cross_site_request_is_refused_and_the_link_stays_valid() {
    let app = TestApp::new().await;
    let (admin, ada) = people(&app).await;
    let token = link(&app, &admin, &ada).await;
    for site in ["cross-site", "same-site"] {
        let answer = redeem(&app, &token, NEW)
            .header("sec-fetch-site", site)
            .send()
            .await;
        answer.expect_problem(403, "cross_site_request");
    }
    redeem(&app, &token, NEW).send().await.expect(200);
}

#[tokio::test]
async fn t33_without_a_database_a_link_is_503_and_stays_valid() {
    let app = TestApp::new().await;
    let (admin, ada) = people(&app).await;
    let token = link(&app, &admin, &ada).await;
    redeem(&app.cut_off(), &token, NEW)
        .send()
        .await
        .expect_unavailable();
    redeem(&app, &token, NEW).send().await.expect(200);
}

#[tokio::test]
async fn redemptions_beyond_the_hashing_capacity_are_refused_and_the_link_stays_valid() {
    let app = TestApp::with(&[("HALLPASS_HASH_PERMITS", "1")]).await;
    let (admin, ada) = people(&app).await;
    let token = link(&app, &admin, &ada).await;
    let answer = app.while_hashing(redeem(&app, &token, NEW).send()).await;
    answer.expect_problem(503, "overloaded");
    answer.retry_after();
    redeem(&app, &token, NEW).send().await.expect(200);
}

#[tokio::test]
async fn t10_other_tokens_and_forgeries_are_refused_as_links_without_a_statement() {
    let app = TestApp::new().await;
    let (admin, ada) = people(&app).await;
    let token = link(&app, &admin, &ada).await;
    let before = app.statements().await;
    for incomplete in [
        "",
        "hpl_",
        "nul \0",
        &ada.refresh_token,
        &ada.refresh_token.replace("hpr_", "hpl_"),
        &ada.access_token,
        &format!("#{token}"),
        &format!("{token}."),
        &token[..token.len() - 1],
        &"A".repeat(60_000),
    ] {
        let answer = redeem(&app, incomplete, "short").send().await;
        answer.expect_fields(422, "invalid_fields", &[("token", "incomplete_link")]);
    }
    // The genuine token with one character changed, at every position.
    let forged = (4..token.len()).map(|i| {
        let other = if &token[i..=i] == "A" { "B" } else { "A" };
        format!("{}{other}{}", &token[..i], &token[i + 1..])
    });
    for token in &forged.collect::<Vec<_>>() {
        let answer = redeem(&app, token, NEW).send().await;
        answer.expect_problem(401, "invalid_link");
        // The response does not depend on the password.
        redeem(&app, token, "short")
            .send()
            .await
            .expect_problem(401, "invalid_link");
    }
    assert_eq!(app.statements().await, before);
    redeem(&app, &token, NEW).send().await.expect(200);
}

#[tokio::test]
async fn t10_a_link_is_valid_only_in_its_environment_and_with_its_secret() {
    let app = TestApp::new().await;
    let (admin, ada) = people(&app).await;
    let token = link(&app, &admin, &ada).await;
    let new_secret = (
        "HALLPASS_SECRET",
        "2UKw/IQpqEwOgCAXsIzEuTCG8akBP8nW3BNNvG1UPKg=",
    );
    let old_secret = (
        "HALLPASS_SECRET_PREVIOUS",
        "/mPAwiTtniOtB4WVTwZo9/WNmg7DPRFVRHfG4ETrZlk=",
    );
    for stranger in [
        app.beside(&[("VERCEL_ENV", "preview")]),
        app.beside(&[new_secret]),
    ] {
        redeem(&stranger, &token, NEW)
            .send()
            .await
            .expect_problem(401, "invalid_link");
    }
    let rotating = app.beside(&[new_secret, old_secret]);
    redeem(&rotating, &token, NEW).send().await.expect(200);
}
