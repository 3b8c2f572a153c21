//! Sign-ins that are refused, for every reason.

use futures_util::future::join_all;
use serde_json::json;

use super::{attempt, credentials};
use crate::support::{Answer, PASSWORD, TestApp};

#[tokio::test]
async fn a_malformed_body_is_refused_without_a_statement() {
    let app = TestApp::new().await;
    let before = app.statements().await;
    let send = |content_type, body: &str| {
        app.post("/api/login")
            .body(content_type, body.to_owned())
            .send()
    };
    let json = "application/json";
    send(json, "{").await.expect_problem(400, "malformed_json");
    send(json, "").await.expect_problem(400, "malformed_json");
    for other in [
        "text/plain",
        "application/x-www-form-urlencoded",
        "multipart/form-data",
        "",
    ] {
        let answer = send(other, "{}").await;
        answer.expect_problem(415, "unsupported_media_type");
    }
    let long = " ".repeat(65_537);
    send(json, &long)
        .await
        .expect_problem(413, "body_too_large");
    for (body, fields) in [
        (json!({}), [("email", "required")]),
        (
            json!({ "email": "a@example.com" }),
            [("password", "required")],
        ),
        (
            json!({ "email": 1, "password": "x" }),
            [("email", "invalid_type")],
        ),
        (
            json!({ "email": null, "password": "x" }),
            [("email", "invalid_type")],
        ),
        (
            json!({ "email": "a", "password": ["x"] }),
            [("password", "invalid_type")],
        ),
        (
            json!({ "email": "a", "password": "x", "delivery": "post" }),
            [("delivery", "invalid_type")],
        ),
        (
            json!({ "email": "a", "password": "x", "id": "1" }),
            [("id", "unknown_field")],
        ),
        (
            json!({ "email": "a", "password": "x", "isActive": true }),
            [("isActive", "unknown_field")],
        ),
    ] {
        let answer = send(json, &body.to_string()).await;
        answer.expect_fields(422, "invalid_fields", &fields);
    }
    assert_eq!(app.statements().await, before);
}

#[tokio::test]
async fn a_cross_site_sign_in_is_refused_without_a_statement() {
    let app = TestApp::new().await;
    app.person("ada@example.com", &["user"]).await;
    let before = app.statements().await;
    for site in ["cross-site", "same-site"] {
        let call = attempt(&app, "ada@example.com", PASSWORD).header("sec-fetch-site", site);
        let answer = call.send().await;
        answer.expect_problem(403, "cross_site_request");
        assert_eq!(answer.header("set-cookie"), None);
    }
    assert_eq!(app.statements().await, before);
}

#[tokio::test]
async fn without_a_database_sign_in_is_503_and_never_401() {
    let app = TestApp::new().await.cut_off();
    attempt(&app, "ada@example.com", PASSWORD)
        .send()
        .await
        .expect_unavailable();
}

#[tokio::test]
async fn sign_ins_beyond_the_hashing_capacity_are_refused_at_once() {
    let app = TestApp::with(&[
        ("HALLPASS_HASH_PERMITS", "1"),
        ("DATABASE_CONNECTION_LIMIT", "8"),
    ])
    .await;
    // More than the queue holds, and few enough that none of them waits long for a connection.
    let calls = (1..=40).map(|i| {
        let call = attempt(&app, &format!("nobody{i}@example.com"), PASSWORD);
        call.from([198, 51, 100, i].into()).send()
    });
    let answers = join_all(calls).await;
    let (busy, judged): (Vec<_>, Vec<_>) = answers.iter().partition(|a| a.status == 503);
    assert!(judged.len() >= 16, "{}", judged.len());
    assert!(!busy.is_empty());
    for answer in judged {
        answer.expect_problem(401, "invalid_credentials");
    }
    for answer in busy {
        answer.expect_problem(503, "overloaded");
        answer.retry_after();
    }
}

/// Everything that a client sees of a response except the request id.
fn seen(answer: &Answer) -> (u16, Vec<(String, String)>, String) {
    let headers = answer
        .headers
        .iter()
        .filter(|(name, _)| *name != "x-request-id");
    let headers =
        headers.map(|(name, value)| (name.to_string(), value.to_str().unwrap().to_owned()));
    (
        answer.status.as_u16(),
        headers.collect(),
        answer.without_request_id(),
    )
}

#[tokio::test]
async fn t12_unknown_wrong_deactivated_and_passwordless_give_identical_responses() {
    let app = TestApp::new().await;
    for name in ["wrong", "deactivated", "passwordless"] {
        app.person(&format!("{name}@example.com"), &["user"]).await;
    }
    app.database
        .execute("update users set is_active = false where email like 'deactivated@%'")
        .await;
    app.database
        .execute("update users set password_hash = null where email like 'passwordless@%'")
        .await;
    let endless = "x".repeat(50_000);
    let mut answers = Vec::new();
    let before = app.statements().await;
    for (email, password) in [
        ("unknown@example.com", PASSWORD),
        ("wrong@example.com", "not the password"),
        ("deactivated@example.com", PASSWORD),
        ("deactivated@example.com", "not the password"),
        ("passwordless@example.com", PASSWORD),
        ("passwordless@example.com", ""),
        ("wrong@example.com", endless.as_str()),
        ("wrong@example.com", "nul \0 in it"),
        ("", ""),
        ("nul\0@example.com", PASSWORD),
        (endless.as_str(), PASSWORD),
    ] {
        let answer = attempt(&app, email, password).send().await;
        answer.expect_problem(401, "invalid_credentials");
        answers.push(seen(&answer));
    }
    assert_eq!(
        app.statements().await - before,
        2 * i64::try_from(answers.len()).unwrap()
    );
    let first = answers.remove(0);
    assert!(
        answers.iter().all(|answer| *answer == first),
        "{first:?} {answers:?}"
    );
}

#[tokio::test]
async fn the_audit_log_distinguishes_the_reasons_of_failed_sign_ins() {
    let app = TestApp::new().await;
    let ada = app.person("ada@example.com", &["user"]).await;
    let off = app.person("off@example.com", &["user"]).await;
    let bare = app.person("bare@example.com", &["user"]).await;
    app.database
        .execute("update users set is_active = false where email like 'off@%'")
        .await;
    app.database
        .execute("update users set password_hash = null where email like 'bare@%'")
        .await;
    let cases = [
        ("nobody@example.com", PASSWORD, "unknown_account", None),
        (
            "ada@example.com",
            "not the password",
            "wrong_password",
            Some(ada.id),
        ),
        ("off@example.com", PASSWORD, "deactivated", Some(off.id)),
        (
            "off@example.com",
            "not the password",
            "wrong_password",
            Some(off.id),
        ),
        ("bare@example.com", PASSWORD, "no_password", Some(bare.id)),
    ];
    for (email, password, _, _) in cases {
        attempt(&app, email, password).send().await.expect(401);
    }
    let events = app.database.events("login_failed").await;
    assert_eq!(events.len(), cases.len());
    for (event, (_, _, reason, subject)) in events.iter().zip(cases) {
        assert_eq!(event["details"], json!({ "reason": reason }));
        assert_eq!(event["severity"], "warning");
        assert_eq!(
            event["subject_id"].as_str(),
            subject.map(|id| id.to_string()).as_deref()
        );
        assert_eq!(event["actor_id"], json!(null));
    }
    // Nothing that was typed is stored: users also type their password into the field of the e-mail address.
    let kept: String = app
        .database
        .value("select string_agg(e::text, '') from audit_events e")
        .await;
    assert!(
        !kept.contains("nobody") && !kept.contains(PASSWORD),
        "{kept}"
    );
}

#[tokio::test]
async fn a_failed_sign_in_changes_neither_the_account_nor_its_sessions() {
    let app = TestApp::new().await;
    let ada = app.signed_in("ada@example.com", &["user"]).await;
    let state = "select u::text || s::text from users u join sessions s on s.user_id = u.id";
    let before: String = app.database.value(state).await;
    let call = app
        .post("/api/login")
        .json(&credentials(&ada.email, "not the password"));
    call.send().await.expect(401);
    assert_eq!(app.database.value::<String>(state).await, before);
}
