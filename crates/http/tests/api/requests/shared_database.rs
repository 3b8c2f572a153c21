//! A database that belongs to another environment is not used, and nobody is signed out.

use crate::support::{Person, TestApp};

async fn bind(app: &TestApp, environment: &str) {
    let identity = app.hallpass.config.database.identity();
    app.database
        .execute(&format!(
            "update hallpass.settings set environment = '{environment}', database_identities = '{{{identity}}}'"
        ))
        .await;
}

#[tokio::test]
async fn every_request_that_needs_a_shared_database_is_refused() {
    let app = TestApp::new().await;
    let ada = app.signed_in("ada@example.com", &["admin"]).await;
    bind(&app, "production").await;
    let stranger = app.beside(&[]);
    for path in ["/api/me", "/api/users?page=1&size=1"] {
        let answer = stranger.get(path).bearer(&ada).send().await;
        assert_eq!(answer.expect(503)["code"], "shared_database", "{path}");
        assert!(!answer.text().contains("production"), "{}", answer.text());
    }
    let answer = stranger.post("/api/refresh").cookie(&ada.refresh_token);
    let answer = answer.send().await;
    assert_eq!(answer.expect(503)["code"], "shared_database");
    assert_eq!(
        stranger.get("/health").send().await.expect(503)["status"],
        "unhealthy"
    );
    // Requests that need no database get the usual response, and the session continues.
    stranger
        .get("/api/me")
        .token("no token")
        .send()
        .await
        .expect(401);
    app.get("/api/me").bearer(&ada).send().await.expect(200);
}

async fn served(app: &TestApp, person: &Person) {
    let me = app.get("/api/me").bearer(person);
    me.send().await.expect(200);
}

#[tokio::test]
async fn its_environment_another_address_and_an_exception_can_use_the_database() {
    let app = TestApp::new().await;
    let ada = app.signed_in("ada@example.com", &["user"]).await;
    bind(&app, "test").await;
    served(&app.beside(&[]), &ada).await;
    bind(&app, "production").await;
    let allowed = app.beside(&[("HALLPASS_ALLOW_SHARED_DATABASE", "1")]);
    served(&allowed, &ada).await;
    app.database
        .execute("update hallpass.settings set database_identities = '{elsewhere:5432/hallpass}'")
        .await;
    served(&app.beside(&[]), &ada).await;
}
