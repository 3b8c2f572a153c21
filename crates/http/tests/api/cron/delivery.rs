//! Delivery of alerts to a webhook: signature, retries, and no secrets in the message.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hallpass_core::monitoring::alerts;
use ring::hmac;

use super::alerts::guessed;
use super::run;

use crate::support::{Log, NEVER, Received, Receiver, TestApp};
use crate::users::administrator;

/// Verifies a message as a receiver does by the specification of Standard Webhooks.
fn is_signed(secret: &str, message: &Received) -> bool {
    let key = STANDARD
        .decode(secret.strip_prefix("whsec_").unwrap())
        .unwrap();
    let key = hmac::Key::new(hmac::HMAC_SHA256, &key);
    let [id, timestamp] = ["webhook-id", "webhook-timestamp"].map(|name| message.header(name));
    let content = [
        id.as_bytes(),
        b".",
        timestamp.as_bytes(),
        b".",
        &message.body,
    ]
    .concat();
    message
        .header("webhook-signature")
        .split(' ')
        .any(|signature| {
            let tag = STANDARD
                .decode(signature.strip_prefix("v1,").unwrap())
                .unwrap();
            hmac::verify(&key, &content, &tag).is_ok()
        })
}

#[tokio::test]
async fn an_alert_is_signed_json_without_secrets() {
    let receiver = Receiver::answering(&[]).await;
    let app = guessed(&receiver).await;
    administrator(&app).await;
    run(&app).await;
    let [message] = &receiver.received()[..] else {
        panic!("not exactly one message")
    };
    assert_eq!(message.method, "POST");
    assert_eq!(message.path, "/hooks/hunter2");
    assert_eq!(message.header("content-type"), "application/json");
    assert!(is_signed(
        &alerts::secret(&app.hallpass.keys.current),
        message
    ));
    let elsewhere = app.beside(&[("VERCEL_ENV", "preview")]);
    assert!(!is_signed(
        &alerts::secret(&elsewhere.hallpass.keys.current),
        message
    ));
    let now: i64 = app
        .database
        .value("select extract(epoch from now())::bigint")
        .await;
    let said: i64 = message.header("webhook-timestamp").parse().unwrap();
    assert!((now - said).abs() < 60);
    let body = message.json();
    let text = body["text"].as_str().unwrap();
    assert!(
        text.starts_with(
            "https://hallpass.test (test): a threshold is exceeded\n• 11 sign-ins failed"
        ),
        "{text}"
    );
    assert_eq!(body["hallpass"]["type"], "thresholds.passed");
    assert_eq!(body["hallpass"]["breaches"][0]["kind"], "failed_sign_ins");
    let all =
        String::from_utf8_lossy(&message.body).into_owned() + &format!("{:?}", message.headers);
    for secret in [
        "root@example.com",
        "postgres",
        "hallpass_app",
        "the apps own",
        "the%20apps%20own",
        "Bearer",
    ] {
        assert!(!all.contains(secret), "{secret}: {all}");
    }
}

#[tokio::test]
async fn transient_failures_are_retried_with_the_same_id() {
    let receiver = Receiver::answering(&[503, 429, 200]).await;
    let app = guessed(&receiver).await;
    assert_eq!(run(&app).await["alert"], "sent");
    let messages = receiver.received();
    assert_eq!(messages.len(), 3);
    for name in ["webhook-id", "webhook-signature", "webhook-timestamp"] {
        assert!(
            messages
                .iter()
                .all(|m| m.header(name) == messages[0].header(name)),
            "{name}"
        );
    }
}

#[tokio::test]
async fn a_refused_alert_is_not_retried_and_a_redirect_is_not_followed() {
    for status in [400, 401, 404, 410, 302] {
        let receiver = Receiver::answering(&[status]).await;
        let app = guessed(&receiver).await;
        assert_eq!(run(&app).await["alert"], "failed", "{status}");
        assert_eq!(receiver.received().len(), 1, "{status}");
        // The alert was not delivered, so the next run sends it.
        assert_eq!(run(&app).await["alert"], "sent", "{status}");
    }
}

#[tokio::test]
async fn a_webhook_that_does_not_answer_does_not_fail_the_run() {
    let receiver = Receiver::answering(&[NEVER, NEVER, NEVER]).await;
    let app = guessed(&receiver).await;
    let log = Log::catch();
    let answer = run(&app).await;
    assert_eq!(answer["alert"], "failed");
    assert_eq!(answer["purged"]["sessions"]["isDone"], true);
    let failed = log
        .lines()
        .into_iter()
        .find(|line| line["event"] == "alert_failed")
        .unwrap();
    assert_eq!(failed["level"], "ERROR");
    let reason = failed["reason"].as_str().unwrap();
    assert!(
        reason.starts_with("timeout: no response within "),
        "{reason}"
    );
    assert!(
        !log.text().contains("hunter2"),
        "the address is a secret: {}",
        log.text()
    );
}

#[tokio::test]
async fn the_next_run_retries_an_unreachable_webhook() {
    let receiver = Receiver::answering(&[]).await;
    let app = guessed(&receiver).await;
    let away = app.beside(&[("HALLPASS_ALERT_WEBHOOK", "http://127.0.0.1:1/hunter2")]);
    assert_eq!(run(&away).await["alert"], "failed");
    assert_eq!(run(&app).await["alert"], "sent");
}

#[tokio::test]
async fn nothing_is_sent_in_plain_text_to_an_https_webhook() {
    let receiver = Receiver::answering(&[]).await;
    let app = guessed(&receiver).await;
    // The receiver does not speak TLS at all. What matters is that nothing is sent to it in plain text.
    let url = receiver.url("/").replace("http://", "https://");
    let strict = app.beside(&[("HALLPASS_ALERT_WEBHOOK", &url)]);
    assert_eq!(run(&strict).await["alert"], "failed");
    assert!(receiver.received().is_empty());
}

#[tokio::test]
async fn while_a_secret_is_replaced_both_secrets_verify_an_alert() {
    let receiver = Receiver::answering(&[]).await;
    let app = guessed(&receiver).await;
    let url = receiver.url("/");
    let replaced: TestApp = app.beside(&[
        ("HALLPASS_ALERT_WEBHOOK", &url),
        (
            "HALLPASS_SECRET",
            "BVwt3yNglqMWpNvN/HDprK2tXivhxOJPHedf4lYyYwA=",
        ),
        (
            "HALLPASS_SECRET_PREVIOUS",
            "/mPAwiTtniOtB4WVTwZo9/WNmg7DPRFVRHfG4ETrZlk=",
        ),
    ]);
    assert_eq!(run(&replaced).await["alert"], "sent");
    let message = &receiver.received()[0];
    for app in [&app, &replaced] {
        assert!(is_signed(
            &alerts::secret(&app.hallpass.keys.current),
            message
        ));
    }
}
