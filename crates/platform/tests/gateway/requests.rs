//! Log lines, end and errors of a request to a function.

use std::time::{Duration, Instant};

use hallpass_platform::LogStream;
use hallpass_test_support::client::get;
use hyper::StatusCode;

use crate::client::{id, pid};
use crate::site::Site;

const PATIENCE: Duration = Duration::from_secs(10);

#[tokio::test]
async fn a_request_ends_when_its_work_after_the_response_is_done() {
    let site = Site::new();
    let platform = site.platform().start().await.unwrap();
    platform.warm("echo", 0).await.unwrap();
    let begun = Instant::now();
    let answer = get(&format!("{}/api/echo?after=2000", platform.url())).await;
    let answered = begun.elapsed();
    assert!(
        platform
            .wait_for_end(id(&answer), Duration::from_millis(50))
            .await
            .is_none()
    );
    let ended = platform
        .wait_for_end(id(&answer), PATIENCE)
        .await
        .expect("an end");
    assert_eq!((ended.function.as_str(), ended.error), ("echo", None));
    assert!(answered < Duration::from_secs(2) && begun.elapsed() >= Duration::from_secs(2));
    assert_eq!(platform.ended_count(), 1);
    let last = platform.logs().pop().unwrap();
    assert_eq!(last.text, "the work after the answer is done");
    assert_eq!(last.request.as_deref(), Some(id(&answer)));
    platform.stop().await;
}

#[tokio::test]
async fn log_lines_of_a_request_have_its_id() {
    let site = Site::new();
    let platform = site.platform().start().await.unwrap();
    let answer = get(&format!("{}/api/echo?log=here", platform.url())).await;
    platform
        .wait_for_end(id(&answer), PATIENCE)
        .await
        .expect("an end");
    let logs = platform.logs();
    let ours: Vec<_> = logs
        .iter()
        .filter(|line| line.request.as_deref() == Some(id(&answer)))
        .collect();
    let seen: Vec<_> = ours
        .iter()
        .map(|line| (line.level.as_deref().unwrap(), line.text.as_str()))
        .collect();
    assert_eq!(seen, [("info", "here"), ("error", "here (error)")]);
    assert!(
        ours.iter()
            .all(|line| line.stream == LogStream::Request && line.function == "echo")
    );
    platform.stop().await;
}

#[tokio::test]
async fn a_panic_is_a_502_without_an_end_report_and_the_process_survives() {
    let site = Site::new();
    let platform = site.platform().start().await.unwrap();
    let url = format!("{}/api/echo", platform.url());
    let before = pid(&get(&url).await);
    let answer = get(&format!("{url}?panic")).await;
    assert_eq!(answer.status, StatusCode::BAD_GATEWAY);
    assert_eq!(
        answer.header("x-vercel-error"),
        Some("NO_RESPONSE_FROM_FUNCTION")
    );
    assert!(
        platform
            .wait_for_end(id(&answer), Duration::from_millis(300))
            .await
            .is_none()
    );
    assert_eq!(pid(&get(&url).await), before);
    let logs = platform.logs();
    assert!(
        logs.iter()
            .any(|line| line.stream == LogStream::Stderr && line.text.contains("as asked for"))
    );
    platform.stop().await;
}

#[tokio::test]
async fn a_function_that_exceeds_the_timeout_is_a_504() {
    let site = Site::new();
    let platform = site
        .platform()
        .function_timeout(Duration::from_millis(300))
        .start()
        .await
        .unwrap();
    platform.warm("echo", 0).await.unwrap();
    let answer = get(&format!("{}/api/echo?sleep=5000", platform.url())).await;
    assert_eq!(answer.status, StatusCode::GATEWAY_TIMEOUT);
    assert_eq!(
        answer.header("x-vercel-error"),
        Some("FUNCTION_INVOCATION_TIMEOUT")
    );
    platform.stop().await;
}

#[tokio::test]
async fn a_function_that_ends_at_its_start_is_a_502_with_its_output() {
    let site = Site::new();
    let platform = site
        .platform()
        .env("EXIT_AT_START", "no secret")
        .start()
        .await
        .unwrap();
    let answer = get(&format!("{}/api/echo", platform.url())).await;
    assert_eq!(answer.status, StatusCode::BAD_GATEWAY);
    assert!(
        answer.text().contains("ended before it listened"),
        "{}",
        answer.text()
    );
    assert!(
        answer.text().contains("cannot start: no secret"),
        "{}",
        answer.text()
    );
    platform.remove_env("EXIT_AT_START");
    assert_eq!(
        get(&format!("{}/api/echo", platform.url())).await.status,
        StatusCode::OK
    );
    platform.stop().await;
}

#[tokio::test]
async fn an_executable_that_was_not_built_is_a_502_with_the_build_command() {
    let site = Site::new();
    let platform = site
        .platform()
        .function("unbuilt", "nowhere/unbuilt")
        .start()
        .await
        .unwrap();
    let answer = get(&format!("{}/api/unbuilt", platform.url())).await;
    assert_eq!(answer.status, StatusCode::BAD_GATEWAY);
    assert!(
        answer.text().contains("cargo build --bins"),
        "{}",
        answer.text()
    );
    platform.stop().await;
}
