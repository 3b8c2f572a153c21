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
