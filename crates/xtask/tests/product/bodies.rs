//! If a request body is not read to its end or does not arrive, the client gets a response nevertheless.

use std::time::Duration;

use hallpass_test_support::client::send;
use hyper::{Method, Request, StatusCode};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use crate::test_app::TestApp;

/// Requests whose status does not depend on the body.
const REFUSED: [(&str, Method, &str, usize, StatusCode); 6] = [
    (
        "login",
        Method::POST,
        "/api/login",
        70_000,
        StatusCode::PAYLOAD_TOO_LARGE,
    ),
    (
        "login",
        Method::POST,
        "/api/login",
        3_000_000,
        StatusCode::PAYLOAD_TOO_LARGE,
    ),
    (
        "login",
        Method::DELETE,
        "/api/login",
        3_000_000,
        StatusCode::METHOD_NOT_ALLOWED,
    ),
    (
        "users",
        Method::PATCH,
        "/api/users",
        60_000,
        StatusCode::UNAUTHORIZED,
    ),
    (
        "users",
        Method::POST,
        "/api/users",
        3_000_000,
        StatusCode::UNAUTHORIZED,
    ),
    (
        "users",
        Method::POST,
        "/api/users/unknown/nothing",
        3_000_000,
        StatusCode::NOT_FOUND,
    ),
];

#[tokio::test]
async fn a_response_that_precedes_the_body_arrives() {
    let app = TestApp::start(1).await;
    for (_, method, path, size, status) in REFUSED {
        for run in 0..50 {
            let request = Request::builder()
                .method(method.clone())
                .uri(app.address(path));
            let request = request.header("content-type", "application/json");
            let answer = send(request.body("x".repeat(size)).unwrap()).await;
            assert_eq!(answer.status, status, "{method} {path}, run {run}");
            assert!(answer.json()["code"].is_string(), "{answer:?}");
        }
    }
    app.stop().await;
}

#[tokio::test]
async fn a_function_reads_the_body_after_an_early_response() {
    let app = TestApp::start(1).await;
    for (function, method, path, size, status) in REFUSED {
        app.platform.warm(function, 0).await.unwrap();
        let port = app.platform.instances(function).await[0].port;
        for run in 0..50 {
            let answer = exchange(port, &method, path, size).await;
            let expected = format!("HTTP/1.1 {} ", status.as_u16());
            assert!(
                answer.starts_with(&expected),
                "{method} {path}, run {run}: {answer:?}"
            );
        }
    }
    app.stop().await;
}

#[tokio::test]
async fn a_body_that_does_not_arrive_in_time_is_a_408() {
    let app = TestApp::start(1).await;
    let mut stream = TcpStream::connect(("127.0.0.1", app.platform.port()))
        .await
        .unwrap();
    let request = b"POST /api/login HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\n\
        content-length: 100\r\n\r\n{\"email\":";
    stream.write_all(request).await.unwrap();
    let mut answer = vec![0; 4096];
    let read = tokio::time::timeout(Duration::from_secs(20), stream.read(&mut answer));
    let length = read.await.unwrap().unwrap();
    let answer = String::from_utf8_lossy(&answer[..length]).into_owned();
    assert!(answer.starts_with("HTTP/1.1 408 "), "{answer}");
    assert!(answer.contains("body_timeout"), "{answer}");
    app.stop().await;
}

/// Sends the whole request before it reads the response, as simple clients do.
async fn exchange(port: u16, method: &Method, path: &str, size: usize) -> String {
    let mut stream = TcpStream::connect(("127.0.0.1", port)).await.unwrap();
    let head = format!(
        "{method} {path} HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\n\
         content-length: {size}\r\nconnection: close\r\n\r\n"
    );
    let all = async {
        stream.write_all(head.as_bytes()).await?;
        stream.write_all(&vec![b'x'; size]).await?;
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await?;
        Ok::<_, std::io::Error>(answer)
    };
    let answer = tokio::time::timeout(Duration::from_secs(20), all).await;
    answer.unwrap().unwrap_or_else(|error| error.to_string())
}
