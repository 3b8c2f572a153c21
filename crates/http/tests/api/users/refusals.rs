//! Requests that every route refuses before it reads the target user

use axum::http::Method;
use serde_json::json;
use uuid::Uuid;

use crate::support::TestApp;
use crate::support::routes::guarded_routes;

#[tokio::test]
async fn without_a_valid_token_every_route_is_401_without_a_statement() {
    let app = TestApp::new().await;
    let admin = app.signed_in("root@example.com", &["admin"]).await;
    let (head, tail) = admin.access_token.rsplit_once('.').unwrap();
    let forged = format!("{head}.{}", tail.chars().rev().collect::<String>());
    let before = app.statements().await;
    for route in guarded_routes() {
        let call = || route.call(&app, admin.id, Uuid::now_v7());
        for refused in [
            call(),
            call().token(""),
            call().token("x"),
            call().token(&forged),
            call().token(&admin.refresh_token),
            call().header("authorization", &format!("Basic {}", admin.access_token)),
            call().header("authorization", &admin.access_token),
            // The session cookie does not authenticate these requests.
            call().cookie(&admin.refresh_token),
        ] {
            let answer = refused.send().await;
            answer.expect_problem(401, "unauthenticated");
            assert_eq!(answer.header("www-authenticate"), Some("Bearer"));
        }
    }
    assert_eq!(app.statements().await, before);
}

#[tokio::test]
async fn after_the_end_of_session_or_user_every_route_is_401() {
    let app = TestApp::new().await;
    app.person("root@example.com", &["admin"]).await;
    for (i, over) in [
        "update sessions set revoked_at = now(), revoked_reason = 'test' where user_id = (select id from users where email = 'over0@example.com')",
        "update sessions set idle_expires_at = now() where user_id = (select id from users where email = 'over1@example.com')",
        "update sessions set expires_at = now() where user_id = (select id from users where email = 'over2@example.com')",
        "update users set is_active = false where email = 'over3@example.com'",
        "delete from users where email = 'over4@example.com'",
        "update settings set sessions_valid_from = now() + interval '1 hour'",
    ]
    .into_iter()
    .enumerate()
    {
        let over_now = app.signed_in(&format!("over{i}@example.com"), &["admin"]).await;
        app.database.execute(over).await;
        for route in guarded_routes() {
            let call = route.call(&app, over_now.id, Uuid::now_v7()).bearer(&over_now);
            call.send().await.expect_problem(401, "unauthenticated");
        }
    }
    assert!(app.events().await.is_empty());
}

#[tokio::test]
async fn t19_cross_site_requests_that_would_change_something_are_refused() {
    let app = TestApp::new().await;
    let admin = app.signed_in("root@example.com", &["admin"]).await;
    for route in guarded_routes() {
        let call = || route.call(&app, admin.id, Uuid::now_v7()).bearer(&admin);
        for foreign in [
            call().header("sec-fetch-site", "cross-site"),
            call().header("sec-fetch-site", "same-site"),
            call().header("origin", "https://evil.test"),
            call().header("origin", "null"),
            call().header("cookie", "a=b"),
        ] {
            let answer = foreign.send().await;
            if route.method == Method::GET {
                answer.expect(200);
            } else {
                answer.expect_problem(403, "cross_site_request");
            }
            assert_eq!(answer.header("access-control-allow-origin"), None);
            if route.path.contains("{sessionId}") {
                break;
            }
        }
    }
    // Reading is allowed. Only the export is recorded.
    let events = app.events().await;
    assert!(events.iter().all(|event| event.name == "users_exported"));
    assert_eq!(
        app.database
            .value::<i64>("select count(*) from sessions where revoked_at is null")
            .await,
        1
    );
}

#[tokio::test]
async fn t28_a_body_must_be_json_and_no_longer_than_64_kib() {
    let app = TestApp::new().await;
    let admin = app.signed_in("root@example.com", &["admin"]).await;
    for route in guarded_routes() {
        let Some(good) = &route.body else { continue };
        // For these routes, the body can be omitted.
        if *good == json!({}) {
            continue;
        }
        let (json, good) = ("application/json", good.to_string());
        let deep = format!("{{\"name\":{}1{}}}", "[".repeat(200), "]".repeat(200));
        let long = format!("{good}{}", " ".repeat(64 * 1024 + 1 - good.len()));
        let utf16: Vec<u8> = good.encode_utf16().flat_map(u16::to_le_bytes).collect();
        let twice = good.replacen('{', "{\"name\":\"a\",\"name\":\"b\",", 1);
        for (kind, body, status) in [
            ("text/plain", good.clone().into_bytes(), 415),
            (
                "application/x-www-form-urlencoded",
                good.clone().into_bytes(),
                415,
            ),
            ("application/json; charset=utf-16", utf16.clone(), 415),
            ("multipart/form-data", good.clone().into_bytes(), 415),
            ("", good.clone().into_bytes(), 415),
            (json, Vec::new(), 400),
            (json, b"{".to_vec(), 400),
            (json, b"nope".to_vec(), 400),
            (json, format!("\u{feff}{good}").into_bytes(), 400),
            (json, utf16.clone(), 400),
            (json, br#"{"\ud800":1}"#.to_vec(), 400),
            (json, b"[]".to_vec(), 422),
            (json, b"null".to_vec(), 422),
            (json, twice.into_bytes(), 422),
            (json, deep.into_bytes(), 422),
            (json, long.into_bytes(), 413),
        ] {
            let call = route.bare(&app, admin.id, Uuid::nil()).bearer(&admin);
            let text = format!(
                "{} {kind} {:?}",
                route.path,
                String::from_utf8_lossy(&body[..body.len().min(80)])
            );
            let answer = call.body(kind, body).send().await;
            assert_eq!(answer.status.as_u16(), status, "{text}: {}", answer.text());
            let code = match status {
                415 => "unsupported_media_type",
                413 => "body_too_large",
                422 => "invalid_fields",
                _ => "malformed_json",
            };
            answer.expect_problem(status, code);
        }
    }
    assert!(app.events().await.is_empty());
}

#[tokio::test]
async fn t18_other_methods_are_405_with_an_allow_header() {
    let app = TestApp::new().await;
    let admin = app.signed_in("root@example.com", &["admin"]).await;
    let id = admin.id;
    for (path, allowed) in [
        ("/api/users/export".to_owned(), "GET,HEAD"),
        ("/api/system".to_owned(), "GET,HEAD"),
        ("/api/audit".to_owned(), "GET,HEAD"),
        ("/api/audit/sign-ins".to_owned(), "GET,HEAD"),
        ("/api/roles".to_owned(), "GET,HEAD"),
        ("/api/users".to_owned(), "GET,HEAD,POST,PATCH"),
        (format!("/api/users/{id}"), "GET,HEAD,PATCH,DELETE"),
        (format!("/api/users/{id}/setup-link"), "POST"),
        (format!("/api/users/{id}/sessions"), "GET,HEAD,DELETE"),
        (format!("/api/users/{id}/sessions/{id}"), "DELETE"),
        ("/api/me".to_owned(), "GET,HEAD,PATCH"),
        ("/api/me/password".to_owned(), "POST"),
        ("/api/me/sessions".to_owned(), "GET,HEAD,DELETE"),
        (format!("/api/me/sessions/{id}"), "DELETE"),
    ] {
        for method in [
            "GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "BREW",
        ] {
            if allowed.split(',').any(|one| one == method) {
                continue;
            }
            let method = Method::from_bytes(method.as_bytes()).unwrap();
            let answer = app.call(method, &path).bearer(&admin).send().await;
            answer.expect_problem(405, "method_not_allowed");
            assert_eq!(answer.header("allow"), Some(allowed), "{path}");
        }
    }
}

#[tokio::test]
async fn a_path_without_a_route_is_404() {
    let app = TestApp::new().await;
    let admin = app.signed_in("root@example.com", &["admin"]).await;
    let id = admin.id;
    for path in [
        "/api/users/".to_owned(),
        format!("/api/users/{id}/"),
        format!("/api/users//{id}"),
        format!("/api/users/{id}/password"),
        "/api/me/".to_owned(),
        "/api/me/email".to_owned(),
    ] {
        let answer = app.get(&path).bearer(&admin).send().await;
        answer.expect_problem(404, "not_found");
    }
}
