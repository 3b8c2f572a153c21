//! Refused refreshes: forged and foreign tokens, malformed and cross-site requests, and a database that is down.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hallpass_core::tokens::device::DeviceMark;
use hallpass_core::tokens::link::LinkToken;
use serde_json::json;
use time::OffsetDateTime;

use super::{by_body, by_cookie, session};
use crate::support::{TestApp, jwt};

#[tokio::test]
async fn a_malformed_body_is_refused_without_a_statement() {
    let app = TestApp::new().await;
    let ada = app.signed_in("ada@example.com", &["user"]).await;
    let before = app.statements().await;
    let send = |content_type, body: &str| {
        by_cookie(&app, &ada.refresh_token)
            .body(content_type, body.to_owned())
            .send()
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
            json!({ "refreshToken": 1 }),
            [("refreshToken", "invalid_type")],
        ),
        (
            json!({ "refresh_token": "x" }),
            [("refresh_token", "unknown_field")],
        ),
        (
            json!({ "delivery": "body" }),
            [("delivery", "unknown_field")],
        ),
    ] {
        let answer = send(json, &body.to_string()).await;
        answer.expect_fields(422, "invalid_fields", &fields);
        assert_eq!(answer.header("set-cookie"), None);
    }
    assert_eq!(app.statements().await, before);
}

#[tokio::test]
async fn a_cross_site_refresh_is_refused_and_the_cookie_stays() {
    let app = TestApp::new().await;
    let ada = app.signed_in("ada@example.com", &["user"]).await;
    let before = session(&app).await;
    for site in ["cross-site", "same-site", "none"] {
        let call = by_cookie(&app, &ada.refresh_token).header("sec-fetch-site", site);
        let answer = call.send().await;
        answer.expect_problem(403, "cross_site_request");
        assert_eq!(answer.header("set-cookie"), None);
    }
    assert_eq!(session(&app).await, before);
}

#[tokio::test]
async fn t33_without_a_database_a_refresh_keeps_the_cookie() {
    let app = TestApp::new().await;
    let ada = app.signed_in("ada@example.com", &["user"]).await;
    let cut_off = app.cut_off();
    let (cookie, body, call) = tokio::join!(
        by_cookie(&cut_off, &ada.refresh_token).send(),
        by_body(&cut_off, &ada.refresh_token).send(),
        cut_off.get("/api/me").bearer(&ada).send(),
    );
    cookie.expect_unavailable();
    body.expect_unavailable();
    call.expect_unavailable();
    // A forged token is refused without the database.
    let answer = by_cookie(&cut_off, "hpr_forged").send().await;
    answer.expect_problem(401, "invalid_refresh_token");
    by_cookie(&app, &ada.refresh_token).send().await.expect(200);
}

#[tokio::test]
async fn t02_forged_and_malformed_tokens_give_the_same_401_without_a_statement() {
    let app = TestApp::new().await;
    let ada = app.signed_in("ada@example.com", &["user"]).await;
    let stored = session(&app).await;
    let genuine = URL_SAFE_NO_PAD.decode(&ada.refresh_token[4..]).unwrap();
    let spelled = |bytes: &[u8]| format!("hpr_{}", URL_SAFE_NO_PAD.encode(bytes));
    let mut forged: Vec<String> = Vec::new();
    // One bit of each byte is changed: in the version, the ids, the generation and the MAC.
    for i in 0..genuine.len() {
        let mut changed = genuine.clone();
        changed[i] ^= 1;
        forged.push(spelled(&changed));
    }
    let of_other_length = [
        &genuine[..genuine.len() - 1],
        &[&genuine[..], &[0]].concat(),
        &genuine[..1],
        &[],
    ];
    forged.extend(of_other_length.map(spelled));
    let token = ada.refresh_token.as_str();
    forged.extend(
        [
            "",
            " ",
            "hpr_",
            "hpr",
            "null",
            "undefined",
            "hpr_%00",
            "' or 1=1 --",
            "../../x",
            "hpr_====",
        ]
        .map(str::to_owned),
    );
    forged.extend([
        token[4..].to_owned(),
        token.to_uppercase(),
        token.replace("hpr_", "hpl_"),
        format!("{token}="),
        format!("{token}A"),
        format!("\"{token}\""),
        format!("hpr_{}", "A".repeat(60_000)),
        format!("hpr_{}", "\u{e4}".repeat(40)),
    ]);
    let before = app.statements().await;
    let expected = by_body(&app, "x").send().await;
    for token in &forged {
        let answer = by_body(&app, token).send().await;
        answer.expect_problem(401, "invalid_refresh_token");
        assert_eq!(
            answer.without_request_id(),
            expected.without_request_id(),
            "{token}"
        );
        if !token.contains(['"', '\u{e4}']) {
            let answer = by_cookie(&app, token).send().await;
            answer.expect_problem(401, "invalid_refresh_token");
            assert_eq!(
                answer.without_request_id(),
                expected.without_request_id(),
                "{token}"
            );
        }
    }
    let mebibyte = "A".repeat(1 << 20);
    by_body(&app, &mebibyte)
        .send()
        .await
        .expect_problem(413, "body_too_large");
    by_cookie(&app, &mebibyte)
        .send()
        .await
        .expect_problem(401, "invalid_refresh_token");
    assert_eq!(app.statements().await, before);
    assert_eq!(session(&app).await, stored);
}

#[tokio::test]
async fn t10_refresh_tokens_and_other_tokens_are_not_interchangeable() {
    let app = TestApp::new().await;
    let ada = app.signed_in("ada@example.com", &["admin"]).await;
    let keys = &app.hallpass.keys;
    let now = jwt::claims(&ada.access_token)["iat"].as_i64().unwrap();
    let now = OffsetDateTime::from_unix_timestamp(now).unwrap();
    let link = LinkToken {
        user_id: ada.id,
        credential_version: 0,
        made_at: now,
    };
    let link = link.encode(keys);
    let device = DeviceMark::new(ada.id, 0).encode(keys);
    let before = app.statements().await;
    for token in [&ada.access_token, &link, &device] {
        by_body(&app, token)
            .send()
            .await
            .expect_problem(401, "invalid_refresh_token");
        by_cookie(&app, token)
            .send()
            .await
            .expect_problem(401, "invalid_refresh_token");
    }
    for token in [&ada.refresh_token, &link, &device] {
        let answer = app.get("/api/me").token(token).send().await;
        answer.expect_problem(401, "unauthenticated");
    }
    assert_eq!(app.statements().await, before);
}
