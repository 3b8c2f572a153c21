//! Bodies: streamed both ways, and bounded.

use std::time::{Duration, Instant};

use http_body_util::{BodyExt as _, Empty, StreamBody};
use hyper::{
    Request, StatusCode,
    body::{Bytes, Frame},
};
use hyper_util::{client::legacy::Client, rt::TokioExecutor};

use crate::{
    client::{get, send},
    site::Site,
};

const LARGEST: usize = 4_718_592;

#[tokio::test]
async fn a_body_of_four_and_a_half_megabytes_passes_and_no_more() {
    let site = Site::new();
    let platform = site.platform().start().await.unwrap();
    let url = format!("{}/api/echo", platform.url());
    let answer = send(Request::post(&url).body(vec![b'x'; LARGEST]).unwrap()).await;
    assert_eq!(answer.json()["bodyLength"], LARGEST);
    let answer = send(Request::post(&url).body(vec![b'x'; LARGEST + 1]).unwrap()).await;
    assert_eq!(answer.status, StatusCode::PAYLOAD_TOO_LARGE);
    assert_eq!(
        answer.header("x-vercel-error"),
        Some("FUNCTION_PAYLOAD_TOO_LARGE")
    );
    platform.stop().await;
}

#[tokio::test]
async fn a_body_of_unknown_length_is_bounded_too() {
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
async fn an_answer_is_bounded() {
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
async fn an_answer_arrives_while_the_function_still_writes_it() {
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

/// More than the socket buffers on the way hold, so that the answer comes while the client still sends.
const LONG: usize = 3_000_000;

#[tokio::test]
async fn an_answer_to_a_body_that_the_function_does_not_read_arrives() {
    let site = Site::new();
    let platform = site.platform().start().await.unwrap();
    let url = format!("{}/api/echo?unread", platform.url());
    for run in 0..100 {
        let answer = send(Request::post(&url).body(vec![b'x'; LONG]).unwrap()).await;
        let found = (answer.status, answer.text());
        assert_eq!(found, (StatusCode::OK, "answered"), "run {run}");
    }
    platform.stop().await;
}

#[tokio::test]
async fn the_edges_own_answers_to_a_long_body_arrive() {
    let site = Site::new();
    let platform = site.platform().start().await.unwrap();
    for (path, status, size) in [
        ("/api/unknown", StatusCode::NOT_FOUND, LONG),
        ("/assets/app.js", StatusCode::METHOD_NOT_ALLOWED, LONG),
        ("/users/", StatusCode::PERMANENT_REDIRECT, LONG),
        ("/api/echo", StatusCode::PAYLOAD_TOO_LARGE, 2 * LARGEST),
    ] {
        for run in 0..25 {
            let request = Request::post(format!("{}{path}", platform.url()));
            let answer = send(request.body(vec![b'x'; size]).unwrap()).await;
            assert_eq!(answer.status, status, "{path}, run {run}");
        }
    }
    platform.stop().await;
}

#[tokio::test]
async fn a_function_that_breaks_off_in_the_middle_of_a_body_is_a_502() {
    let site = Site::new();
    let platform = site.platform().start().await.unwrap();
    let url = format!("{}/api/echo?panic", platform.url());
    for run in 0..10 {
        let answer = send(Request::post(&url).body(vec![b'x'; LONG]).unwrap()).await;
        assert_eq!(answer.status, StatusCode::BAD_GATEWAY, "run {run}");
    }
    platform.stop().await;
}
