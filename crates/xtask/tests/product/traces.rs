//! Traces of the real executables: sent after the response and before the end of the request, without affecting
//! responses.

use std::time::Duration;

use hallpass_platform::Platform;
use hallpass_test_support::{Answer, NEVER, Receiver, client::send};
use hyper::{Request, StatusCode};

use crate::test_app::functions;

/// Much longer than any step of these tests takes.
const PATIENCE: Duration = Duration::from_mins(1);

/// The function that needs no database, with traces that are sent to this URL.
async fn traced(endpoint: &str) -> Platform {
    let platform = functions()
        .env("DATABASE_URL", "postgres://nobody@127.0.0.1:1/none")
        .env("OTEL_EXPORTER_OTLP_ENDPOINT", endpoint);
    platform.start().await.unwrap()
}

async fn ask(platform: &Platform) -> Answer {
    let address = format!("http://127.0.0.1:{}/.well-known/jwks.json", platform.port());
    let answer = send(Request::get(address).body(String::new()).unwrap()).await;
    assert_eq!(answer.status, StatusCode::OK);
    answer
}

fn id(answer: &Answer) -> &str {
    answer.headers["x-vercel-id"].to_str().unwrap()
}

#[tokio::test]
async fn a_request_has_not_ended_before_its_span_has_arrived() {
    let receiver = Receiver::answering(&[]).await;
    let platform = traced(&receiver.url("")).await;
    for count in 1..=20 {
        let answer = ask(&platform).await;
        platform.wait_for_end(id(&answer), PATIENCE).await.unwrap();
        let messages = receiver.received();
        assert_eq!(messages.len(), count);
        let body = String::from_utf8(messages[count - 1].body.clone()).unwrap();
        assert!(body.contains(id(&answer)), "{body}");
        assert!(body.contains("GET /.well-known/jwks.json"), "{body}");
    }
    platform.stop().await;
}

#[tokio::test]
async fn a_receiver_that_does_not_respond_delays_no_response() {
    let receiver = Receiver::answering(&[NEVER; 30]).await;
    let platform = traced(&receiver.url("")).await;
    // Responses are complete although no span has been acknowledged.
    let mut answers = Vec::new();
    for _ in 0..10 {
        answers.push(ask(&platform).await);
    }
    let first = receiver.until(1).await;
    assert_eq!(first[0].path, "/v1/traces");
    for answer in &answers {
        let ended = platform.wait_for_end(id(answer), PATIENCE).await.unwrap();
        assert_eq!(ended.error, None);
    }
    assert!(
        receiver.received().len() < 10,
        "a waiting request sends the spans of others, too"
    );
    platform.stop().await;
}

#[tokio::test]
async fn an_unavailable_receiver_affects_no_request_and_is_logged_once() {
    let platform = traced("http://127.0.0.1:1").await;
    for _ in 0..5 {
        let answer = ask(&platform).await;
        platform.wait_for_end(id(&answer), PATIENCE).await.unwrap();
    }
    let logs = platform.logs();
    let complaints = logs.iter().filter(|line| line.text.contains("traces_lost"));
    assert_eq!(complaints.count(), 1, "{logs:?}");
    platform.stop().await;
}
