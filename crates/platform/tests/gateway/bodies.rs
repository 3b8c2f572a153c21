//! Request and response bodies: they are streamed, and their size is limited.

use std::time::{Duration, Instant};

use hallpass_test_support::client::{get, send};
use http_body_util::{BodyExt as _, Empty, StreamBody};
use hyper::body::{Bytes, Frame};
use hyper::{Request, StatusCode};
use hyper_util::client::legacy::Client;
use hyper_util::rt::TokioExecutor;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use crate::client::echo;
use crate::site::Site;

const LARGEST: usize = 4_718_592;

#[tokio::test]
async fn a_body_of_more_than_four_and_a_half_megabytes_is_refused() {
    let site = Site::new();
    let platform = site.platform().start().await.unwrap();
    let url = format!("{}/api/echo", platform.url());
    let answer = send(Request::post(&url).body(vec![b'x'; LARGEST]).unwrap()).await;
    assert_eq!(echo(&answer)["bodyLength"], LARGEST);
    let answer = send(Request::post(&url).body(vec![b'x'; LARGEST + 1]).unwrap()).await;
    assert_eq!(answer.status, StatusCode::PAYLOAD_TOO_LARGE);
    assert_eq!(
        answer.header("x-vercel-error"),
        Some("FUNCTION_PAYLOAD_TOO_LARGE")
    );
    platform.stop().await;
}

#[tokio::test]
async fn a_body_of_unknown_length_has_the_same_limit() {
    let site = Site::new();
    let platform = site.platform().start().await.unwrap();
    let url = format!("{}/api/echo", platform.url());
    for (megabytes, status) in [(4, StatusCode::OK), (6, StatusCode::PAYLOAD_TOO_LARGE)] {
        let frames = (0..megabytes)
            .map(|_| Ok::<_, std::io::Error>(Frame::data(Bytes::from(vec![b'x'; 1 << 20]))));
        let body = StreamBody::new(tokio_stream::iter(frames));
        let client = Client::builder(TokioExecutor::new()).build_http();
        let response = client
            .request(Request::post(&url).body(body).unwrap())
            .await
            .unwrap();
        assert_eq!(response.status(), status, "{megabytes} MB");
    }
    platform.stop().await;
}

#[tokio::test]
async fn a_response_of_more_than_four_and_a_half_megabytes_is_refused() {
    let site = Site::new();
    let platform = site.platform().start().await.unwrap();
    let url = |size: usize| format!("{}/api/echo?large={size}", platform.url());
    let answer = get(&url(LARGEST)).await;
    assert_eq!(
        (answer.status, answer.body.len()),
        (StatusCode::OK, LARGEST)
    );
    let answer = get(&url(LARGEST + 1)).await;
    assert_eq!(answer.status, StatusCode::INTERNAL_SERVER_ERROR);
    assert_eq!(
        answer.header("x-vercel-error"),
        Some("FUNCTION_RESPONSE_PAYLOAD_TOO_LARGE")
    );
    platform.stop().await;
}

#[tokio::test]
async fn a_response_is_streamed_while_the_function_writes_it() {
    let site = Site::new();
    let platform = site.platform().start().await.unwrap();
    platform.warm("echo", 0).await.unwrap();
    let client = Client::builder(TokioExecutor::new()).build_http::<Empty<Bytes>>();
    let begun = Instant::now();
    let url = format!("{}/api/echo?drip=10", platform.url());
    let mut response = client.get(url.parse().unwrap()).await.unwrap();
    let first = response
        .body_mut()
        .frame()
        .await
        .unwrap()
        .unwrap()
        .into_data()
        .unwrap();
    assert_eq!(first, "step 0\n");
    let first_after = begun.elapsed();
    let rest = response.into_body().collect().await.unwrap().to_bytes();
    assert!(rest.ends_with(b"step 9\n"));
    let last_after = begun.elapsed();
    assert!(
        last_after > first_after + Duration::from_millis(600),
        "{first_after:?} {last_after:?}"
    );
    platform.stop().await;
}

/// Larger than the socket buffers between client and function, so that the response arrives while the client still
/// sends.
const LONG: usize = 3_000_000;

#[tokio::test]
async fn the_response_of_a_function_that_does_not_read_the_body_arrives() {
    let site = Site::new();
    let platform = site.platform().start().await.unwrap();
    for _ in 0..20 {
        let answer = send_after_the_answer(platform.port(), "/api/echo?unread", LONG).await;
        assert!(answer.starts_with("HTTP/1.1 200 OK\r\n"), "{answer}");
        assert!(answer.contains("answered"), "{answer}");
    }
    platform.stop().await;
}

#[tokio::test]
async fn errors_and_redirects_of_the_gateway_arrive_despite_a_long_body() {
    let site = Site::new();
    let platform = site.platform().start().await.unwrap();
    for (path, status, length) in [
        ("/api/unknown", "404 Not Found", LONG),
        ("/assets/app.js", "405 Method Not Allowed", LONG),
        ("/users/", "308 Permanent Redirect", LONG),
        ("/api/echo", "413 Payload Too Large", 2 * LARGEST),
    ] {
        let answer = send_after_the_answer(platform.port(), path, length).await;
        let expected = format!("HTTP/1.1 {status}\r\n");
        assert!(answer.starts_with(&expected), "{path}: {answer}");
    }
    platform.stop().await;
}

/// Many clients send their whole body before they read. This client sends the body after the response has arrived, so
/// that on every machine a connection that was closed by then makes sending fail.
async fn send_after_the_answer(port: u16, path: &str, length: usize) -> String {
    let mut stream = TcpStream::connect(("127.0.0.1", port)).await.unwrap();
    let head = format!(
        "POST {path} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\ncontent-length: {length}\r\n\r\n"
    );
    stream.write_all(head.as_bytes()).await.unwrap();
    stream.readable().await.unwrap();
    for piece in vec![b'x'; length].chunks(64 * 1024) {
        let sent = stream.write_all(piece).await;
        assert!(sent.is_ok(), "{path}: {sent:?}");
    }
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    answer
}

#[tokio::test]
async fn a_panic_of_a_function_while_the_body_is_sent_is_a_502() {
    let site = Site::new();
    let platform = site.platform().start().await.unwrap();
    let url = format!("{}/api/echo?panic", platform.url());
    for run in 0..10 {
        let answer = send(Request::post(&url).body(vec![b'x'; LONG]).unwrap()).await;
        assert_eq!(answer.status, StatusCode::BAD_GATEWAY, "run {run}");
    }
    platform.stop().await;
}
