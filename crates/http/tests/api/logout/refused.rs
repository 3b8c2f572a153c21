//! Requests that do not sign the user out.

use hallpass_core::tokens::access;
use serde_json::json;
use time::{Duration, OffsetDateTime};

use super::{expect_alive, expect_signed_out};
use crate::support::{TestApp, jwt};

#[tokio::test]
async fn a_malformed_body_is_refused_without_a_statement() {
    let app = TestApp::new().await;
    let ada = app.signed_in("ada@example.com", &["user"]).await;
    let before = app.statements().await;
    let send = |content_type, body: &str| {
        let call = app.post("/api/logout").cookie(&ada.refresh_token);
        call.body(content_type, body.to_owned()).send()
    };
    let json = "application/json";
    send(json, "{").await.expect_problem(400, "malformed_json");
    send("text/plain", "{}")
        .await
        .expect_problem(415, "unsupported_media_type");
    send(json, &" ".repeat(65_537))
        .await
        .expect_problem(413, "body_too_large");
    for (body, fields) in [
        (
            json!({ "everywhere": "yes" }),
            [("everywhere", "invalid_type")],
        ),
        (
            json!({ "everywhere": null }),
            [("everywhere", "invalid_type")],
        ),
        (
            json!({ "refreshToken": 1 }),
            [("refreshToken", "invalid_type")],
        ),
        (json!({ "userId": "x" }), [("userId", "unknown_field")]),
    ] {
        let answer = send(json, &body.to_string()).await;
        answer.expect_fields(422, "invalid_fields", &fields);
        assert_eq!(answer.header("set-cookie"), None);
    }
    assert_eq!(app.statements().await, before);
    expect_alive(&app, &ada).await;
}

#[tokio::test]
async fn t19_other_sites_cannot_sign_a_user_out() {
    let app = TestApp::new().await;
    let ada = app.signed_in("ada@example.com", &["user"]).await;
    for site in ["cross-site", "same-site", "none"] {
        let call = app.post("/api/logout").cookie(&ada.refresh_token);
        let answer = call.header("sec-fetch-site", site).send().await;
        answer.expect_problem(403, "cross_site_request");
        assert_eq!(answer.header("set-cookie"), None);
        assert_eq!(answer.header("clear-site-data"), None);
    }
    expect_alive(&app, &ada).await;
}

#[tokio::test]
async fn t33_without_a_database_sign_out_is_503() {
    let app = TestApp::new().await;
    let ada = app.signed_in("ada@example.com", &["user"]).await;
    let answer = app
        .cut_off()
        .post("/api/logout")
        .cookie(&ada.refresh_token)
        .send()
        .await;
    answer.expect_unavailable();
    assert_eq!(answer.header("clear-site-data"), None);
    expect_alive(&app, &ada).await;
}

#[tokio::test]
async fn an_access_token_that_has_expired_signs_nobody_out() {
    let app = TestApp::new().await;
    let ada = app.signed_in("ada@example.com", &["user"]).await;
    let claims = jwt::claims(&ada.access_token);
    let made = OffsetDateTime::from_unix_timestamp(claims["iat"].as_i64().unwrap()).unwrap();
    let session_id = claims["sid"].as_str().unwrap().parse().unwrap();
    let an_hour_ago = made - Duration::HOUR;
    let old = access::encode(&app.hallpass.keys, session_id, 0, ada.id, &[], an_hour_ago).unwrap();
    let before = app.statements().await;
    expect_signed_out(&app.post("/api/logout").token(old.expose()).send().await);
    assert_eq!(app.statements().await, before);
    expect_alive(&app, &ada).await;
}
