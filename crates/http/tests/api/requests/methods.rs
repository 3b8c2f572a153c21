//! Methods that are not documented are a 405 with `Allow`, and a method cannot be overridden.

use axum::http::Method;

use super::{methods_by_path, operations, stored};
use crate::support::{CRON_SECRET, TestApp};

#[tokio::test]
async fn t18_other_methods_are_405_and_allow_lists_exactly_the_documented_methods() {
    let app = TestApp::new().await;
    let admin = app.signed_in("admin@example.com", &["admin"]).await;
    let (statements, before) = (app.statements().await, stored(&app).await);
    let all = [
        "GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "PROPFIND", "get",
    ];
    for (path, methods) in methods_by_path(&admin) {
        let mut allowed: Vec<_> = methods
            .iter()
            .map(|method| method.as_str().to_owned())
            .collect();
        if methods.contains(&Method::GET) {
            allowed.push("HEAD".to_owned());
        }
        allowed.sort();
        for method in all
            .iter()
            .filter(|method| !allowed.contains(&(**method).to_owned()))
        {
            let method = Method::from_bytes(method.as_bytes()).unwrap();
            let answer = app.call(method.clone(), &path).bearer(&admin).send().await;
            answer.expect_problem(405, "method_not_allowed");
            let mut found: Vec<_> = answer.header("allow").unwrap().split(',').collect();
            found.sort_unstable();
            assert_eq!(found, allowed, "{method} {path}");
        }
    }
    assert_eq!(app.statements().await, statements);
    assert_eq!(stored(&app).await, before);
}

/// Adds rows that a purge would delete: a session that ended long ago, and a stale throttle counter.
const STALE: &str = "
    insert into hallpass.sessions (id, user_id, idle_expires_at, expires_at, created_at, last_used_at)
    select gen_random_uuid(), id, now() - interval '99 days', now() - interval '99 days', now() - interval '100 days',
        now() - interval '100 days'
    from hallpass.users;
    insert into hallpass.login_throttle (key, failures, first_failure_at)
    values ('\\x00', 1, now() - interval '99 days')";

/// Two routes with safe methods write on purpose: the daily run, which Vercel can call only with GET, and the export,
/// which is recorded as an audit event.
const WRITES: [&str; 2] = ["/api/cron", "/api/users/export"];

#[tokio::test]
async fn t18_safe_methods_change_nothing() {
    let app = TestApp::new().await;
    let admin = app.signed_in("admin@example.com", &["admin"]).await;
    app.database.execute(STALE).await;
    // The first request of a generation is stored with the session. It is made here, before the comparison.
    app.get("/api/me").bearer(&admin).send().await.expect(200);
    let before = stored(&app).await;
    let mut tried = 0;
    for operation in operations(&admin) {
        if !operation.is_safe() || WRITES.contains(&operation.path.as_str()) {
            continue;
        }
        for method in [Method::GET, Method::HEAD] {
            let token = operation.machine.unwrap_or(&admin.access_token);
            let call = app.call(method, &operation.path).token(token);
            let answer = call
                .body("application/json", r#"{"isActive":false}"#)
                .send()
                .await;
            answer.expect(200);
            assert_eq!(stored(&app).await, before, "{operation:?}");
        }
        tried += 1;
    }
    assert!(tried >= 10, "{tried}");
    // `stored` does not include the audit event of an export.
    let export = app.get("/api/users/export").bearer(&admin).send().await;
    export.expect(200);
    assert_eq!(stored(&app).await, before);
    let events = app
        .database
        .values("select event from hallpass.audit_events where event = 'users_exported'")
        .await;
    assert_eq!(events.len(), 1);
    app.get("/api/cron")
        .token(CRON_SECRET)
        .send()
        .await
        .expect(200);
    assert_ne!(stored(&app).await, before);
}

#[tokio::test]
async fn t16_method_overrides_are_ignored() {
    let app = TestApp::new().await;
    let admin = app.signed_in("admin@example.com", &["admin"]).await;
    let ada = app.signed_in("ada@example.com", &["user"]).await;
    for header in [
        "x-http-method-override",
        "x-http-method",
        "x-method-override",
    ] {
        let path = format!("/api/users/{}?_method=DELETE&method=DELETE", ada.id);
        let call = app.get(&path).bearer(&admin).header(header, "DELETE");
        assert_eq!(call.send().await.expect(200)["isActive"], true);
        let call = app.post(&path).bearer(&admin).header(header, "DELETE");
        call.send().await.expect_problem(405, "method_not_allowed");
    }
    app.get("/api/me").bearer(&ada).send().await.expect(200);
}
