//! Other spellings of paths do not bypass the rules of the gateway and of the functions.

use hyper::StatusCode;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

use crate::test_app::{TestApp, credentials};

/// Sends a request line unchanged, which a client library would normalize. Returns status and body.
async fn raw(app: &TestApp, method: &str, target: &str, body: &str) -> (u16, String) {
    let port = app.platform.port();
    let mut stream = tokio::net::TcpStream::connect(("127.0.0.1", port))
        .await
        .unwrap();
    let request = format!(
        "{method} {target} HTTP/1.1\r\nhost: 127.0.0.1:{port}\r\nconnection: close\r\n\
         content-type: application/json\r\nx-http-method-override: GET\r\ncontent-length: {}\r\n\r\n{body}",
        body.len()
    );
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).await.unwrap();
    let answer = String::from_utf8_lossy(&answer).into_owned();
    let status = answer
        .split(' ')
        .nth(1)
        .and_then(|status| status.parse().ok());
    let status = status.unwrap_or_else(|| panic!("{target}: {answer}"));
    (status, answer)
}

/// Other spellings of a path below /api.
fn spellings(name: &str) -> Vec<String> {
    let capital = name.to_uppercase();
    let first = name.as_bytes()[0];
    [
        format!("//api/{name}"),
        format!("/api//{name}"),
        format!("/api/./{name}"),
        format!("/api/x/../{name}"),
        format!("/api/%2e%2e/api/{name}"),
        format!("/api/%2E/{name}"),
        format!("/api%2f{name}"),
        format!("/api/{name}/"),
        format!("/api/{name};x"),
        format!("/api/{name}%00"),
        format!("/api/{name}%20"),
        format!("/api/{name}.rs"),
        format!("/api/{capital}"),
        format!("/API/{name}"),
        format!("/api/%{first:02x}{}", &name[1..]),
        format!("/api/{name}?x=/../{name}"),
        format!("/api/{name}#x"),
    ]
    .into()
}

/// Checks that the request was refused, redirected to the canonical path, or answered with the console, which is
/// public.
#[track_caller]
fn expect_no_way_in(status: u16, right: &str, answer: &str) {
    let head = answer.to_ascii_lowercase();
    let sent_there = status == 308 && head.contains(&format!("\r\nlocation: {right}\r\n"));
    let console = status == 200 && head.contains("\r\ncontent-type: text/html");
    assert!(
        sent_there || console || (400..500).contains(&status),
        "{answer}"
    );
}

#[tokio::test]
async fn t16_no_spelling_of_a_path_bypasses_authorization_or_rate_limit() {
    let app = TestApp::start(1).await;
    for target in spellings("users") {
        for method in ["GET", "POST", "DELETE", "PATCH"] {
            let (status, answer) = raw(&app, method, &target, "{}").await;
            expect_no_way_in(status, "/api/users", &answer);
        }
    }
    // All spellings that reach the function share one rate limit: five failures.
    let body = credentials("not the password").to_string();
    let mut judged = 0;
    for target in spellings("login").iter().cycle().take(60) {
        let (status, answer) = raw(&app, "POST", target, &body).await;
        judged += usize::from(status == 401);
        expect_no_way_in(status, "/api/login", &answer);
    }
    assert!((1..=8).contains(&judged), "{judged}");
    let answer = app
        .post("/api/login", &credentials("not the password"))
        .await;
    assert_eq!(answer.status, StatusCode::TOO_MANY_REQUESTS, "{answer:?}");
    app.stop().await;
}
