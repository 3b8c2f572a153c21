//! Tests of `hallpass alerts test`, and of the doctor's check of alerts that were not delivered.

use hallpass_test_support::{Outcome, Received, Receiver};
use serde_json::Value;

use crate::test_db::{TestDb, hallpass};

const FAILED: &str = "
    insert into hallpass.alerts (kind, breached_at, claimed_at, failed_at, failure)
    values ('connections', now(), '-infinity', now(), 'responded with 404')";

/// Responds like Discord, whose webhook URL the test uses.
fn discord(message: &Received) -> (u16, String) {
    let body: Value = serde_json::from_slice(&message.body).unwrap_or_default();
    match body["content"].as_str() {
        Some(content) if content.contains("this is a test") => (204, String::new()),
        _ => (
            400,
            r#"{"message": "Cannot send an empty message"}"#.to_owned(),
        ),
    }
}

fn json(outcome: &Outcome, code: i32) -> Value {
    assert_eq!(outcome.code, code, "{outcome:#?}");
    let said = format!("{}{}", outcome.stdout, outcome.stderr);
    assert!(!said.contains("hunter2"), "the address is a secret: {said}");
    serde_json::from_str(&outcome.stdout).unwrap_or_default()
}

async fn test(db: &TestDb, webhook: &str) -> Outcome {
    let call = db.call(&["alerts", "test", "--json"]);
    call.env("HALLPASS_ALERT_WEBHOOK", webhook).run().await
}

#[tokio::test]
async fn a_test_message_has_the_format_of_its_receiver_and_the_response_is_printed() {
    let db = TestDb::migrated().await;
    let chat = Receiver::responding(discord).await;
    let answer = json(&test(&db, &chat.url("/api/webhooks/1/hunter2")).await, 0);
    assert_eq!(answer["receiver"], "Discord");
    assert_eq!(answer["status"], 204);
    assert_eq!(answer["isDelivered"], true);
    // With another URL, the message has another format: it is signed, and Discord would not accept it.
    let answer = json(&test(&db, &chat.url("/hooks/hunter2")).await, 8);
    assert_eq!(answer["receiver"], "Standard Webhooks");
    assert_eq!(answer["status"], 400);
    assert_eq!(
        answer["body"],
        r#"{"message": "Cannot send an empty message"}"#
    );
    let [_, signed] = &chat.received()[..] else {
        panic!("not two messages")
    };
    assert!(signed.headers.contains_key("webhook-signature"));
}

#[tokio::test]
async fn an_unreachable_or_missing_webhook_is_an_error_with_a_hint() {
    let db = TestDb::migrated().await;
    let away = test(&db, "http://127.0.0.1:1/api/webhooks/1/hunter2").await;
    json(&away, 1);
    assert!(
        away.stderr.contains("127.0.0.1:1: connection failed"),
        "{away:#?}"
    );
    let unset = db.run(&["alerts", "test"]).await;
    assert_eq!(unset.code, 3);
    assert!(
        unset.stderr.contains("HALLPASS_ALERT_WEBHOOK is not set"),
        "{unset:#?}"
    );
    let without_anything = hallpass(&["alerts", "test"]).run().await;
    assert_eq!(without_anything.code, 3);
}

#[tokio::test]
async fn the_doctor_warns_of_a_failed_alert_until_a_test_is_delivered() {
    let db = TestDb::administered().await;
    let of = async || {
        let report = db.run(&["doctor", "--json"]).await.json();
        let checks = report["checks"].as_array().unwrap();
        let found = checks.iter().find(|check| check["name"] == "alerts");
        found.unwrap().clone()
    };
    assert_eq!(of().await["status"], "ok");
    db.execute(FAILED).await;
    let warned = of().await;
    assert_eq!(warned["status"], "warning");
    assert_eq!(
        warned["detail"],
        "the alert about connections was not delivered: responded with 404"
    );
    assert_eq!(warned["action"], "run `hallpass alerts test`");
    let chat = Receiver::responding(discord).await;
    json(&test(&db, &chat.url("/api/webhooks/1/hunter2")).await, 0);
    assert_eq!(of().await["status"], "ok");
}
