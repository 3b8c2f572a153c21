//! Headers of every response.

use serde_json::Value;

use super::succeeding::each_succeeding;
use super::{methods_by_path, operations};
use crate::support::routes::Route;
use crate::support::{Answer, TestApp};

#[track_caller]
fn expect_usual_headers(answer: &Answer) {
    assert_eq!(answer.header("x-content-type-options"), Some("nosniff"));
    let policy = answer.header("content-security-policy").unwrap();
    for directive in [
        "default-src 'none'",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'none'",
        "sandbox",
    ] {
        assert!(policy.split("; ").any(|found| found == directive));
    }
    let id = answer.header("x-request-id").unwrap();
    assert!(!id.is_empty());
    for leak in ["server", "x-powered-by", "via"] {
        assert_eq!(answer.header(leak), None);
    }
    let is_public = answer
        .header("cache-control")
        .is_some_and(|value| value.starts_with("public"));
    assert!(is_public || answer.header("cache-control") == Some("no-store"));
    if answer.status.is_client_error() {
        assert_eq!(answer.json()["requestId"], id);
    }
    assert_eq!(
        answer.header("www-authenticate").is_some(),
        answer.status == 401
    );
}

/// Public documents, which any cache may store.
fn is_public(path: &str) -> bool {
    path.starts_with("/.well-known/") || path == "/api/openapi.json"
}

#[tokio::test]
async fn every_answer_forbids_caching_sniffing_and_framing_and_names_its_request() {
    let app = TestApp::new().await;
    for (route, answer) in each_succeeding(&app).await {
        expect_usual_headers(&answer);
        assert_eq!(
            answer.header("cache-control") != Some("no-store"),
            is_public(&route.path),
            "{route:?}"
        );
    }
    let admin = app.signed_in("admin@example.com", &["admin"]).await;
    for operation in operations(&admin) {
        let refused = operation.call(&app, &admin);
        let refused = refused.header("authorization", "Bearer x").send().await;
        if operation.needs_token || operation.machine.is_some() {
            refused.expect_problem(401, "unauthenticated");
        }
        expect_usual_headers(&refused);
    }
    for path in methods_by_path(&admin).keys() {
        let other = app.call(axum::http::Method::PUT, path).send().await;
        other.expect_problem(405, "method_not_allowed");
        expect_usual_headers(&other);
        let call = app.post(path).header("sec-fetch-site", "cross-site");
        expect_usual_headers(&call.send().await);
    }
    expect_usual_headers(&app.get("/api/nothing").handed_to("/api/me").send().await);
}

/// The expected `Content-Type` of a successful response; `None` if it has no body.
fn expected_type(route: &Route, answer: &Answer) -> Option<&'static str> {
    match route.path.as_str() {
        _ if answer.status == 204 => None,
        "/api/metrics" => Some("application/openmetrics-text; version=1.0.0; charset=utf-8"),
        "/api/users/export" => Some("text/csv; charset=utf-8"),
        _ => Some("application/json"),
    }
}

#[tokio::test]
async fn every_body_has_a_content_type() {
    let app = TestApp::new().await;
    for (route, answer) in each_succeeding(&app).await {
        let expected = expected_type(&route, &answer);
        assert_eq!(answer.header("content-type"), expected, "{route:?}");
        assert_eq!(answer.body.is_empty(), expected.is_none(), "{route:?}");
        // JSON is always UTF-8, so its media type has no charset parameter (RFC 8259 sections 8.1 and 11).
        let is_json = serde_json::from_slice::<Value>(&answer.body).is_ok();
        assert_eq!(is_json, expected == Some("application/json"), "{route:?}");
    }
}

#[tokio::test]
async fn every_refusal_is_a_problem_with_its_media_type() {
    let app = TestApp::new().await;
    let admin = app.signed_in("admin@example.com", &["admin"]).await;
    let mut refused = 0;
    for operation in operations(&admin) {
        for (name, value) in [
            ("authorization", "Bearer x"),
            ("sec-fetch-site", "cross-site"),
        ] {
            let call = operation.call(&app, &admin).header(name, value);
            let answer = call.send().await;
            if !answer.status.is_success() {
                let code = answer.json()["code"].as_str().unwrap().to_owned();
                answer.expect_problem(answer.status.as_u16(), &code);
                refused += 1;
            }
        }
    }
    assert!(refused >= 30, "{refused}");
}

#[tokio::test]
async fn a_plain_request_id_of_the_platform_is_adopted() {
    let app = TestApp::new().await;
    let plain = "fra1::iad1::abcde-1790000000000-0123456789ab";
    let answer = app.get("/api/me").header("x-vercel-id", plain).send().await;
    assert_eq!(answer.header("x-request-id"), Some(plain));
    assert_eq!(
        answer.expect_problem(401, "unauthenticated")["requestId"],
        plain
    );
    let long = "x".repeat(129);
    for odd in ["", "two words", "tab\there", "Zo\u{eb}", &long] {
        let answer = app.get("/api/me").header("x-vercel-id", odd).send().await;
        let id = answer.header("x-request-id").unwrap();
        assert!(id.parse::<uuid::Uuid>().is_ok(), "{id}");
    }
}

#[tokio::test]
async fn off_the_platform_request_id_and_address_headers_are_ignored() {
    let app = TestApp::with(&[("VERCEL", "")]).await;
    let ada = app.signed_in("ada@example.com", &["user"]).await;
    let call = app
        .get("/api/me")
        .bearer(&ada)
        .header("x-vercel-id", "mine");
    assert_ne!(call.send().await.header("x-request-id"), Some("mine"));
    let ips: i64 = app.database.value("select count(ip) from sessions").await;
    assert_eq!(ips, 0);
}

#[tokio::test]
async fn two_requests_have_two_ids() {
    let app = TestApp::new().await;
    let first = app.get("/health").send().await;
    let second = app.get("/health").send().await;
    assert_ne!(first.header("x-request-id"), second.header("x-request-id"));
}
