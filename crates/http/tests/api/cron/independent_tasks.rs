//! The tasks of a daily run are independent: a failure of one does not prevent the other.

use serde_json::json;
use sqlx::{Connection as _, Executor as _, PgConnection};

use super::alerts::guessed;
use super::purge::{left, lived};
use crate::support::{CRON_SECRET, Log, Receiver, TestApp};

async fn fails(app: &TestApp, status: u16, code: &str) {
    let call = app.get("/api/cron").token(CRON_SECRET);
    call.send().await.expect_problem(status, code);
}

/// Sets a lock timeout of 1 ms for new connections, so that a statement on a locked table fails at once.
async fn impatient(app: &TestApp) {
    let sql = format!(
        "alter role hallpass_app in database {} set lock_timeout = '1ms'",
        app.database.name
    );
    app.database.execute(&sql).await;
}

#[tokio::test]
async fn a_purge_without_privileges_does_not_prevent_the_alert() {
    let receiver = Receiver::answering(&[]).await;
    let app = guessed(&receiver).await;
    let revoked = "revoke execute on function purge_sessions from hallpass_app";
    app.database.execute(revoked).await;
    let log = Log::catch();
    for _ in 0..2 {
        fails(&app, 503, "unavailable").await;
    }
    let lines = log.lines();
    let passed = lines
        .iter()
        .filter(|line| line["event"] == "threshold_passed");
    assert_eq!(passed.count(), 2);
    // The alert is sent once: the purge that fails afterwards does not undo the record of it.
    let [message] = &receiver.received()[..] else {
        panic!("not exactly one message")
    };
    let breaches = &message.json()["hallpass"]["breaches"];
    assert_eq!(breaches[0]["kind"], json!("failed_sign_ins"));
}

#[tokio::test]
async fn a_purge_that_waits_for_a_lock_does_not_prevent_the_alert() {
    let receiver = Receiver::answering(&[]).await;
    let app = guessed(&receiver).await;
    impatient(&app).await;
    let mut other = PgConnection::connect(&app.database.url()).await.unwrap();
    let lock = "begin; lock table hallpass.sessions in access exclusive mode";
    other.execute(lock).await.unwrap();
    fails(&app, 503, "unavailable").await;
    assert_eq!(receiver.received().len(), 1);
}

#[tokio::test]
async fn a_failing_alert_does_not_prevent_the_purge() {
    let receiver = Receiver::answering(&[]).await;
    let app = lived().await;
    let app = app.beside(&[("HALLPASS_ALERT_WEBHOOK", &receiver.url("/"))]);
    let revoked = "revoke insert on alerts from hallpass_app";
    app.database.execute(revoked).await;
    fails(&app, 503, "unavailable").await;
    assert_eq!(left(&app).await, [14, 2, 5]);
    assert!(receiver.received().is_empty());
}
