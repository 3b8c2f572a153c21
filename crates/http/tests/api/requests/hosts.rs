//! Headers that name the host of a request are not trusted.

use serde_json::json;

use crate::support::{Call, PASSWORD, TestApp};

const EVIL: [(&str, &str); 8] = [
    ("host", "evil.example"),
    ("x-forwarded-host", "evil.example"),
    ("x-forwarded-proto", "http"),
    ("x-forwarded-server", "evil.example"),
    ("x-original-url", "https://evil.example/api/users"),
    ("x-rewrite-url", "/api/users"),
    ("x-host", "evil.example"),
    ("forwarded", "host=evil.example;proto=http"),
];

fn misled(call: Call<'_>) -> Call<'_> {
    EVIL.iter()
        .fold(call, |call, (name, value)| call.header(name, value))
}

#[tokio::test]
async fn t17_links_use_the_configured_origin() {
    let app = TestApp::new().await;
    let admin = app.signed_in("admin@example.com", &["admin"]).await;
    let path = format!("/api/users/{}/setup-link", admin.id);
    let whole = format!("https://evil.example{path}");
    for call in [app.post(&path), app.post(&whole).handed_to(&path)] {
        let made = misled(call.bearer(&admin)).send().await.expect(201);
        let link = made["setupLink"].as_str().unwrap();
        assert!(
            link.starts_with("https://hallpass.test/welcome#hpl_"),
            "{link}"
        );
    }
    let body = json!({ "email": "eve@example.com", "name": "Eve", "roles": ["user"] });
    let answer = misled(app.post("/api/users").bearer(&admin).json(&body))
        .send()
        .await;
    let made = answer.expect(201);
    let link = made["setupLink"].as_str().unwrap();
    assert!(
        link.starts_with("https://hallpass.test/welcome#hpl_"),
        "{link}"
    );
    assert!(
        answer
            .header("location")
            .unwrap()
            .starts_with("/api/users/")
    );
}

#[tokio::test]
async fn t17_cookies_never_have_the_domain_of_a_request_header() {
    let app = TestApp::new().await;
    app.person("ada@example.com", &["user"]).await;
    let body = json!({ "email": "ada@example.com", "password": PASSWORD });
    for path in [
        "/api/login",
        "https://evil.example/api/login",
        "http://evil.example:81/api/login",
    ] {
        let call = app.post(path).handed_to("/api/login").json(&body);
        let answer = misled(call).send().await;
        answer.expect(200);
        for cookie in answer.headers.get_all("set-cookie") {
            let cookie = cookie.to_str().unwrap();
            assert!(
                cookie.contains("; Secure") && cookie.contains("; Path=/;"),
                "{cookie}"
            );
            assert!(!cookie.to_lowercase().contains("domain"), "{cookie}");
        }
    }
}

#[tokio::test]
async fn t17_an_origin_equal_to_the_host_header_is_not_trusted() {
    let app = TestApp::new().await;
    let ada = app.signed_in("ada@example.com", &["user"]).await;
    let cookie = format!("__Host-hallpass={}", ada.refresh_token);
    let call = misled(app.post("/api/logout").header("cookie", &cookie));
    let answer = call.header("origin", "https://evil.example").send().await;
    answer.expect_problem(403, "cross_site_request");
}
