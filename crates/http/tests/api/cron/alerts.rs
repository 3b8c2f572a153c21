//! When an alert is sent, and how often.

use serde_json::{Value, json};

use sqlx::{Connection as _, PgConnection};

use super::run;
use crate::support::{Log, Receiver, TestApp};

/// Adds eleven failed sign-ins within one minute, an hour ago: one more than the threshold allows.
const GUESSED: &str = "
    insert into hallpass.audit_events (id, occurred_at, event, severity, details)
    select gen_random_uuid(), date_trunc('minute', now()) - interval '1 hour' + make_interval(secs => i), 'login_failed',
        'info', '{}'
    from generate_series(1, 11) as i";
/// Deletes the failed sign-ins, so that no threshold is exceeded.
pub(super) const FORGOTTEN: &str = "
    alter table hallpass.audit_events disable trigger audit_events_append_only;
    delete from hallpass.audit_events where event = 'login_failed';
    alter table hallpass.audit_events enable trigger audit_events_append_only";

pub(super) async fn guessed(receiver: &Receiver) -> TestApp {
    guessed_at(&receiver.url("/hooks/hunter2")).await
}

pub(super) async fn guessed_at(url: &str) -> TestApp {
    let app = TestApp::with(&[("HALLPASS_ALERT_WEBHOOK", url)]).await;
    app.database.execute(GUESSED).await;
    app
}

#[tokio::test]
async fn an_exceeded_threshold_is_alerted_once_until_it_clears() {
    let receiver = Receiver::answering(&[]).await;
    let app = guessed(&receiver).await;
    let answer = run(&app).await;
    assert_eq!(
        answer["breaches"],
        json!([{ "kind": "failed_sign_ins", "value": 11, "threshold": 10, "unit": "per minute",
            "detail": "11 sign-ins failed in the worst minute of the last day" }])
    );
    assert_eq!(answer["alert"], "sent");
    for _ in 0..2 {
        let again = run(&app).await;
        assert_eq!(again["breaches"], answer["breaches"]);
        assert_eq!(again["alert"], "notNeeded");
    }
    assert_eq!(receiver.received().len(), 1);
    app.database.execute(FORGOTTEN).await;
    assert_eq!(run(&app).await["breaches"], json!([]));
    app.database.execute(GUESSED).await;
    assert_eq!(run(&app).await["alert"], "sent");
    assert_eq!(receiver.received().len(), 2);
}

#[tokio::test]
async fn a_threshold_that_stays_exceeded_is_alerted_again_after_a_day() {
    let receiver = Receiver::answering(&[]).await;
    let app = guessed(&receiver).await;
    for (hours, expected) in [(0, "sent"), (21, "notNeeded"), (23, "sent")] {
        let ago = format!(
            "update hallpass.alerts set told_at = now() - interval '{hours} hours', claimed_at = now() - interval '{hours} hours'"
        );
        app.database.execute(&ago).await;
        assert_eq!(run(&app).await["alert"], expected, "after {hours} hours");
    }
}

#[tokio::test]
async fn ten_failed_sign_ins_in_a_minute_exceed_no_threshold() {
    let receiver = Receiver::answering(&[]).await;
    let app = guessed(&receiver).await;
    let one_less = "
        alter table hallpass.audit_events disable trigger audit_events_append_only;
        delete from hallpass.audit_events where id = (select id from hallpass.audit_events where event = 'login_failed' limit 1);
        alter table hallpass.audit_events enable trigger audit_events_append_only";
    app.database.execute(one_less).await;
    let answer = run(&app).await;
    assert_eq!(
        (&answer["breaches"], &answer["alert"]),
        (&json!([]), &json!("notNeeded"))
    );
    assert!(receiver.received().is_empty());
}

#[tokio::test]
async fn connections_near_their_limit_are_alerted() {
    let receiver = Receiver::answering(&[]).await;
    let url = receiver.url("/");
    let app = TestApp::with(&[("HALLPASS_ALERT_WEBHOOK", &url)]).await;
    // The first run opens its connection and detects the pooler before there is a limit. Then two connections stay
    // free.
    assert_eq!(run(&app).await["alert"], "notNeeded");
    let limit = format!("alter database {} connection limit 20", app.database.name);
    app.database.execute(&limit).await;
    let mut held = Vec::new();
    for _ in 0..16 {
        held.push(PgConnection::connect(&app.database.url()).await.unwrap());
    }
    let answer = run(&app).await;
    let breach = &answer["breaches"][0];
    assert_eq!(breach["kind"], "connections");
    assert!(breach["value"].as_i64().unwrap() > 80, "{answer}");
    assert_eq!(answer["alert"], "sent");
}

#[tokio::test]
async fn two_concurrent_runs_send_one_alert() {
    let receiver = Receiver::answering(&[]).await;
    let app = guessed(&receiver).await;
    let other = app.beside(&[("HALLPASS_ALERT_WEBHOOK", &receiver.url("/"))]);
    let (one, two) = tokio::join!(run(&app), run(&other));
    let mut states = [&one["alert"], &two["alert"]].map(|state| state.as_str().unwrap());
    states.sort_unstable();
    assert_eq!(states, ["notNeeded", "sent"]);
    assert_eq!(receiver.received().len(), 1);
}

#[tokio::test]
async fn an_alert_claimed_by_a_crashed_run_is_sent_by_a_later_run() {
    let receiver = Receiver::answering(&[]).await;
    let app = guessed(&receiver).await;
    // Another run has claimed the alert this long ago and has not recorded a result.
    for (ago, expected) in [("30 seconds", "notNeeded"), ("61 seconds", "sent")] {
        let claimed = format!(
            "delete from hallpass.alerts;
             insert into hallpass.alerts values ('failed_sign_ins', now() - interval '1 hour', now() - interval '{ago}')"
        );
        app.database.execute(&claimed).await;
        assert_eq!(run(&app).await["alert"], expected, "{ago}");
    }
}

#[tokio::test]
async fn without_a_webhook_log_and_response_report_the_exceeded_threshold() {
    let app = TestApp::new().await;
    app.database.execute(GUESSED).await;
    let log = Log::catch();
    assert_eq!(run(&app).await["alert"], "notConfigured");
    let lines = log.lines();
    let line = |event: &str| -> Value {
        let found = lines.iter().find(|line| line["event"] == event);
        found
            .unwrap_or_else(|| panic!("no {event}: {lines:?}"))
            .clone()
    };
    let passed = line("threshold_passed");
    assert_eq!(
        (&passed["level"], &passed["kind"]),
        (&json!("WARN"), &json!("failed_sign_ins"))
    );
    assert_eq!(line("daily")["is_done"], true);
}
