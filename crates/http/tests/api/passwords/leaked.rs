//! New passwords are compared with leaked ones if the operator has configured a service for that.

use std::fmt::Write as _;
use std::time::{Duration, Instant};

use ring::digest::{SHA1_FOR_LEGACY_USE_ONLY, digest};

use super::People;
use crate::me::password::change;
use crate::recovery::redeem;
use crate::support::{Log, NEVER, PASSWORD, Received, Receiver, TestApp};

/// The service lists `LEAKED`, lists `PADDING` with a count of 0, and does not list `UNKNOWN`.
const LEAKED: &str = "velvet harbor siren";
const PADDING: &str = "quartz lantern meadow";
const UNKNOWN: &str = "quiet marble harvest";

/// SHA-1 digest in upper-case hexadecimal digits.
fn sha1(password: &str) -> String {
    let digest = digest(&SHA1_FOR_LEGACY_USE_ONLY, password.as_bytes());
    digest
        .as_ref()
        .iter()
        .fold(String::new(), |mut text, byte| {
            write!(text, "{byte:02X}").unwrap();
            text
        })
}

/// Responds like `GET /range/{first five digits}` of Have I Been Pwned with `Add-Padding: true`.
fn ranges(request: &Received) -> (u16, String) {
    let Some(prefix) = request.path.strip_prefix("/range/") else {
        return (404, String::new());
    };
    let is_prefix = |byte: u8| byte.is_ascii_digit() || (b'A'..=b'F').contains(&byte);
    if prefix.len() != 5 || !prefix.bytes().all(is_prefix) {
        return (400, "The hash prefix was not in a valid format".to_owned());
    }
    let mut lines = vec![
        format!("{}:3", "0".repeat(35)),
        format!("{}:0", "F".repeat(35)),
    ];
    for (password, count) in [(LEAKED, 7), (PADDING, 0)] {
        let suffix = sha1(password)[5..].to_owned();
        lines.push(format!("{suffix}:{count}"));
    }
    (200, lines.join("\r\n"))
}

async fn compared_by(service: &Receiver) -> TestApp {
    TestApp::with(&[("HALLPASS_LEAKED_PASSWORDS", &service.url("/"))]).await
}

#[tokio::test]
async fn a_leaked_password_is_refused_whichever_way_it_is_set() {
    let service = Receiver::responding(ranges).await;
    let app = compared_by(&service).await;
    let people = People::new(&app).await;
    for (field, answer) in people.set(&app, LEAKED).await {
        answer.expect_fields(422, "invalid_fields", &[(field, "leaked")]);
    }
    for (_, answer) in people.set(&app, PADDING).await {
        assert!(answer.status.is_success(), "{}", answer.text());
    }
}

#[tokio::test]
async fn only_five_digits_of_the_digest_are_sent() {
    let service = Receiver::responding(ranges).await;
    let app = compared_by(&service).await;
    let people = People::new(&app).await;
    people.set(&app, LEAKED).await;
    let received = service.received();
    assert_eq!(received.len(), 3);
    let digits = sha1(LEAKED);
    for request in received {
        assert_eq!(request.method, "GET");
        assert_eq!(request.path, format!("/range/{}", &digits[..5]));
        assert_eq!(request.header("add-padding"), "true");
        assert!(request.body.is_empty());
        let mut names: Vec<_> = request
            .headers
            .keys()
            .map(axum::http::HeaderName::as_str)
            .collect();
        names.sort_unstable();
        assert_eq!(names, ["add-padding", "connection", "host", "user-agent"]);
    }
}

#[tokio::test]
async fn a_password_that_is_refused_anyway_is_not_sent_to_the_service() {
    let service = Receiver::responding(ranges).await;
    let app = compared_by(&service).await;
    let people = People::new(&app).await;
    people.set(&app, "password1234").await;
    people.set(&app, "short").await;
    change(&app, &people.ada, "not her password", UNKNOWN).await;
    let forged = format!("{}AAAA", &people.link[..people.link.len() - 4]);
    redeem(&app, &forged, UNKNOWN).send().await.expect(401);
    assert!(service.received().is_empty(), "{:?}", service.received());
}

#[tokio::test]
async fn a_failing_service_does_not_prevent_a_password_change() {
    for (service, reason) in [
        (
            Receiver::answering(&[500, 500, 500]).await,
            "responded with 500",
        ),
        (
            Receiver::answering(&[302, 302, 302]).await,
            "responded with 302",
        ),
        (
            Receiver::responding(|_| (200, "<title>Sign in to the network</title>".to_owned()))
                .await,
            "the response is not a range of digests",
        ),
        (
            Receiver::responding(|_| (200, "x".repeat(1 << 20))).await,
            "the response body could not be read: length limit exceeded",
        ),
    ] {
        let app = compared_by(&service).await;
        let people = People::new(&app).await;
        let log = Log::catch();
        for (_, answer) in people.set(&app, LEAKED).await {
            assert!(answer.status.is_success(), "{reason}: {}", answer.text());
        }
        let lines = log.lines();
        let failed: Vec<_> = lines
            .iter()
            .filter(|line| line["event"] == "leaked_passwords_unavailable")
            .collect();
        assert_eq!(failed.len(), 3, "{lines:?}");
        for line in failed {
            assert_eq!(
                (&line["level"], &line["reason"]),
                (&"WARN".into(), &reason.into())
            );
        }
        assert!(!log.text().contains(&sha1(LEAKED)[..5]), "{}", log.text());
    }
}

#[tokio::test]
async fn a_service_that_does_not_answer_delays_a_change_by_two_seconds() {
    let service = Receiver::answering(&[NEVER]).await;
    let app = compared_by(&service).await;
    let ada = app.signed_in("ada@example.com", &["user"]).await;
    let (log, started) = (Log::catch(), Instant::now());
    change(&app, &ada, PASSWORD, LEAKED).await.expect(204);
    let took = started.elapsed();
    assert!(took > Duration::from_secs(2), "{took:?}");
    assert!(took < Duration::from_secs(4), "{took:?}");
    assert!(
        log.text().contains("timeout: no response within 2 s"),
        "{}",
        log.text()
    );
}

#[tokio::test]
async fn an_unreachable_service_does_not_delay_a_change() {
    let app = TestApp::with(&[("HALLPASS_LEAKED_PASSWORDS", "http://127.0.0.1:1")]).await;
    let ada = app.signed_in("ada@example.com", &["user"]).await;
    let log = Log::catch();
    change(&app, &ada, PASSWORD, LEAKED).await.expect(204);
    assert!(log.text().contains("connection failed"), "{}", log.text());
}
