//! POST /api/login

use serde_json::json;

use crate::support::{PASSWORD, TestApp};

#[tokio::test]
async fn signs_in_and_sets_a_cookie_that_only_we_can_read() {
    let app = TestApp::new().await;
    let ada = app.person("Ada@example.com", &["viewer"]).await;
    let body = json!({ "email": " ada@EXAMPLE.com", "password": PASSWORD });
    let answer = app.post("/api/login").json(&body).send().await;
    let tokens = answer.expect(200);
    assert_eq!(tokens["tokenType"], "Bearer");
    assert_eq!(tokens["expiresIn"], 600);
    assert_eq!(tokens["user"]["id"], ada.id.to_string());
    assert_eq!(tokens["user"]["email"], "Ada@example.com");
    assert!(tokens["user"]["lastLoginAt"].is_string());
    assert!(tokens.get("refreshToken").is_none());
    let cookie = answer
        .headers
        .get_all("set-cookie")
        .iter()
        .next()
        .unwrap()
        .to_str()
        .unwrap();
    assert!(cookie.starts_with("__Host-hallpass=hpr_"), "{cookie}");
    for attribute in [
        "; Secure",
        "; HttpOnly",
        "; SameSite=Strict",
        "; Path=/",
        "; Max-Age=2592000",
    ] {
        assert!(cookie.contains(attribute), "{cookie}");
    }
}

#[tokio::test]
async fn costs_two_statements_whatever_comes_of_it() {
    let app = TestApp::new().await;
    app.person("ada@example.com", &["viewer"]).await;
    for (email, password) in [
        ("ada@example.com", PASSWORD),
        ("ada@example.com", "wrong password"),
        ("nobody@example.com", PASSWORD),
    ] {
        let before = app.statements().await;
        app.post("/api/login")
            .json(&json!({ "email": email, "password": password }))
            .send()
            .await;
        assert_eq!(app.statements().await - before, 2, "{email}");
    }
}
