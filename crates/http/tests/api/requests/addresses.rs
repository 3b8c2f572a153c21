//! Other spellings of a path are a 404, whoever sends the request.

use super::stored;
use crate::support::TestApp;

#[tokio::test]
async fn t16_other_spellings_of_a_path_are_404_without_a_statement() {
    let app = TestApp::new().await;
    let admin = app.signed_in("admin@example.com", &["admin"]).await;
    let (statements, before) = (app.statements().await, stored(&app).await);
    for (function, spellings) in [
        (
            "/api/users",
            &[
                "//api/users",
                "/api//users",
                "/api/./users",
                "/api/x/../users",
                "/api/%2e/users",
                "/api/%2e%2e/api/users",
                "/api/users/",
                "/api/users;x",
                "/api/users%20",
                "/api/users%00",
                "/api/users%2f",
                "/api/%75sers",
                "/API/users",
                "/api/Users",
                "/api/users.rs",
                "/api/users.json",
                "/api/users/x/y/z/w",
                "/users",
                "/",
            ][..],
        ),
        (
            "/api/me",
            &[
                "/api/me/",
                "/api/me/.",
                "/api/me;x",
                "/api/ME",
                "/api/me/password/",
                "/api/me.rs",
            ],
        ),
        (
            "/api/login",
            &[
                "/api/login/",
                "/api//login",
                "/api/login;x",
                "/api/LOGIN",
                "/api/login/x",
                "/api/logi%6e",
            ],
        ),
        (
            "/api/refresh",
            &["/api/refresh/", "/api/refresh.rs", "/api/refresh%00"],
        ),
        ("/api/logout", &["/api/logout/", "/api/logout/everywhere"]),
        (
            "/api/recovery",
            &[
                "/api/recovery/",
                "/api/recovery/x",
                "/api/recovery/inspect/",
                "/api/recovery/Inspect",
            ],
        ),
        (
            "/health",
            &["/health/", "/api/health/", "/healthz", "/api/health/x"],
        ),
        (
            "/api/keys",
            &[
                "/api/keys/",
                "/.well-known/jwks.json/",
                "/.well-known/unknown",
                "/api/keys/unknown",
                "/assets/missing.js",
                "/api/openapi.yaml",
            ],
        ),
    ] {
        for path in spellings {
            for method in ["GET", "POST", "DELETE"] {
                let body = r#"{"email":"admin@example.com","password":"zebra umbrella note"}"#;
                let call = app.call(method.parse().unwrap(), path).handed_to(function);
                let answer = call
                    .bearer(&admin)
                    .body("application/json", body)
                    .send()
                    .await;
                answer.expect_problem(404, "not_found");
            }
        }
    }
    assert_eq!(app.statements().await, statements);
    assert_eq!(stored(&app).await, before);
}

#[tokio::test]
async fn t16_a_function_answers_only_its_own_paths() {
    let app = TestApp::new().await;
    let admin = app.signed_in("admin@example.com", &["admin"]).await;
    for function in ["/api/login", "/api/me", "/health", "/api/keys"] {
        let call = app.get("/api/users").handed_to(function).bearer(&admin);
        call.send().await.expect_problem(404, "not_found");
    }
}

#[tokio::test]
async fn a_query_that_the_platform_adds_is_ignored() {
    let app = TestApp::new().await;
    let ada = app.signed_in("ada@example.com", &["user"]).await;
    app.get("/api/me?match=sessions&x=%00")
        .bearer(&ada)
        .send()
        .await
        .expect(200);
}
