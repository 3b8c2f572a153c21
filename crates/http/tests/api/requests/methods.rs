//! Methods: 405 with Allow except those of the contract, and nobody can pretend to use another.

use axum::http::Method;

use super::{methods_by_path, operations, stored};
use crate::support::TestApp;

#[tokio::test]
async fn t18_every_other_method_is_405_and_allow_names_exactly_those_of_the_contract() {
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

#[tokio::test]
async fn t18_safe_methods_change_nothing() {
    let app = TestApp::new().await;
    let admin = app.signed_in("admin@example.com", &["admin"]).await;
    // Noting that the generation is in use is the session's own business, and done here.
    app.get("/api/me").bearer(&admin).send().await.expect(200);
    let before = stored(&app).await;
    for operation in operations(&admin)
        .into_iter()
        .filter(super::Operation::is_safe)
    {
        for method in [Method::GET, Method::HEAD] {
            let token = operation.machine.unwrap_or(&admin.access_token);
            let call = app.call(method, &operation.path).token(token);
            let answer = call
                .body("application/json", r#"{"isActive":false}"#)
                .send()
                .await;
            answer.expect(200);
        }
    }
    assert_eq!(stored(&app).await, before);
}

#[tokio::test]
async fn t16_a_method_in_a_header_or_in_the_query_counts_for_nothing() {
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
