//! Cross-site requests are refused by every operation that changes something.

use axum::http::{HeaderName, Method};

use super::{methods_by_path, operations, stored};
use crate::support::{Call, PASSWORD, TestApp};

#[tokio::test]
async fn t19_every_unsafe_operation_refuses_cross_site_requests_first() {
    let app = TestApp::new().await;
    let admin = app.signed_in("admin@example.com", &["admin"]).await;
    let (statements, before) = (app.statements().await, stored(&app).await);
    for operation in operations(&admin) {
        for (name, value) in [
            ("sec-fetch-site", "cross-site"),
            ("sec-fetch-site", "same-site"),
            ("sec-fetch-site", "anything"),
            ("sec-fetch-site", "none"),
            ("origin", "https://evil.example"),
            ("origin", "https://hallpass.test.evil.example"),
            ("origin", "http://hallpass.test"),
            ("origin", "https://hallpass.test:444"),
            ("origin", "null"),
            ("origin", ""),
            // A cookie, without a header that names the origin of the request.
            ("x-requested-with", "XMLHttpRequest"),
        ] {
            let cookie = format!("__Host-hallpass={}", admin.refresh_token);
            let call = operation.call(&app, &admin).header("cookie", &cookie);
            if operation.is_safe() {
                continue;
            }
            let answer = call.header(name, value).send().await;
            answer.expect_problem(403, "cross_site_request");
            assert_eq!(answer.header("set-cookie"), None);
        }
    }
    assert_eq!(app.statements().await, statements);
    assert_eq!(stored(&app).await, before);
}

#[tokio::test]
async fn t19_sec_fetch_site_takes_precedence_over_origin() {
    let app = TestApp::new().await;
    let ada = app.signed_in("ada@example.com", &["user"]).await;
    let call = app.post("/api/logout").cookie(&ada.refresh_token);
    let call = call
        .header("sec-fetch-site", "cross-site")
        .header("origin", "https://hallpass.test");
    call.send().await.expect_problem(403, "cross_site_request");
}

#[tokio::test]
async fn requests_of_the_console_pass_with_either_header() {
    let app = TestApp::new().await;
    let ada = app.signed_in("ada@example.com", &["user"]).await;
    let cookie = format!("__Host-hallpass={}", ada.refresh_token);
    for (name, value) in [
        ("sec-fetch-site", "same-origin"),
        ("origin", "https://hallpass.test"),
        ("origin", "HTTPS://HALLPASS.TEST"),
    ] {
        let call = app
            .post("/api/refresh")
            .header("cookie", &cookie)
            .header(name, value);
        call.send().await.expect(200);
    }
}

#[tokio::test]
async fn t19_forms_of_other_sites_cannot_sign_in_or_out() {
    let app = TestApp::new().await;
    let ada = app.signed_in("ada@example.com", &["user"]).await;
    let before = stored(&app).await;
    let form = format!("email=ada%40example.com&password={PASSWORD}");
    for (kind, body) in [
        ("application/x-www-form-urlencoded", form.as_str()),
        (
            "text/plain",
            r#"{"email":"ada@example.com","password":"zebra umbrella note","a":"="}"#,
        ),
        ("multipart/form-data; boundary=x", "--x--"),
    ] {
        // An old browser, which does not send the origin of the form. The request is refused by its media type.
        let call = app.post("/api/login").body(kind, body);
        call.send()
            .await
            .expect_problem(415, "unsupported_media_type");
        let cookie = format!("__Host-hallpass={}", ada.refresh_token);
        let call = app
            .post("/api/logout")
            .body(kind, body)
            .header("cookie", &cookie);
        call.send().await.expect_problem(403, "cross_site_request");
    }
    assert_eq!(stored(&app).await, before);
}

#[tokio::test]
async fn t19_other_origins_can_read_only_the_public_keys() {
    let app = TestApp::new().await;
    let admin = app.signed_in("admin@example.com", &["admin"]).await;
    for operation in operations(&admin) {
        // Safe requests are answered. The browser does not show the response to a page of another origin.
        let expected = if operation.is_safe() { 200 } else { 403 };
        expect_shared(
            operation.call(&app, &admin),
            is_public(&operation.path),
            expected,
        )
        .await;
    }
    for path in methods_by_path(&admin).keys() {
        let preflight = app.call(Method::OPTIONS, path).bearer(&admin);
        expect_shared(preflight, is_public(path), 405).await;
    }
}

/// Public keys and issuer metadata.
fn is_public(path: &str) -> bool {
    path.starts_with("/.well-known/") || path == "/api/keys"
}

/// Sends the request from a page of another origin. Fails unless the response has this status and the page can read it
/// only if it is public.
async fn expect_shared(call: Call<'_>, is_public: bool, status: u16) {
    let call = call.header("origin", "https://evil.example");
    let call = call.header("access-control-request-method", "POST");
    let call = call.header("access-control-request-headers", "authorization");
    let shown = format!("{call:?}");
    let answer = call.send().await;
    assert_eq!(answer.status.as_u16(), status, "{shown}: {}", answer.text());
    let names: Vec<_> = answer.headers.keys().map(HeaderName::as_str).collect();
    let shared = names
        .iter()
        .filter(|name| name.starts_with("access-control-"));
    let shared: Vec<_> = shared.copied().collect();
    if is_public && status == 200 {
        assert_eq!(shared, ["access-control-allow-origin"], "{shown}");
        assert_eq!(answer.header(shared[0]), Some("*"));
    } else {
        assert!(shared.is_empty(), "{shown}: {shared:?}");
    }
}
