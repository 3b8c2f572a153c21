//! Without a database, requests are answered with 503 and nobody is signed out.

use futures_util::future::join_all;

use super::operations;
use crate::support::TestApp;

#[tokio::test]
async fn t33_every_operation_that_needs_the_database_is_503_and_never_401() {
    let app = TestApp::new().await;
    let admin = app.signed_in("admin@example.com", &["admin"]).await;
    let cut_off = app.cut_off();
    // These routes need no database, or check their input before they use it.
    let offline = [
        "/api/refresh",
        "/api/logout",
        "/api/recovery",
        "/api/recovery/inspect",
        "/.well-known/jwks.json",
        "/.well-known/openid-configuration",
        "/api/openapi.json",
    ];
    let asked: Vec<_> = operations(&admin)
        .into_iter()
        .filter(|operation| !offline.contains(&operation.path.as_str()))
        .collect();
    assert!(asked.len() >= 17);
    let answers = join_all(
        asked
            .iter()
            .map(|operation| operation.call(&cut_off, &admin).send()),
    )
    .await;
    for (operation, answer) in asked.iter().zip(answers) {
        if operation.path.ends_with("/health") {
            assert_eq!(answer.expect(503)["status"], "unhealthy");
        } else {
            answer.expect_unavailable();
        }
        let text = answer.text();
        let shows = ["127.0.0.1", "refused", "Pool", "hallpass_app"]
            .iter()
            .any(|word| text.contains(word));
        assert!(!shows, "{text}");
    }
}

#[tokio::test]
async fn a_database_that_refuses_connections_is_unavailable_until_it_accepts_them() {
    let app = TestApp::new().await;
    let admin = app.signed_in("admin@example.com", &["admin"]).await;
    // Connects to the server directly: a pooler keeps open connections, and reports refusals in its own way.
    let fresh = app.beside(&[("DATABASE_URL", &app.database.direct_app_url())]);
    app.database.allow_connections(false).await;
    let me = fresh.get("/api/me").bearer(&admin).send().await;
    let refresh = fresh.post("/api/refresh").cookie(&admin.refresh_token);
    let refreshed = refresh.send().await;
    app.database.allow_connections(true).await;
    me.expect_unavailable();
    refreshed.expect_unavailable();
    let me = fresh.get("/api/me").bearer(&admin).send().await;
    me.expect(200);
}
