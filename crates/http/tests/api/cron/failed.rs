//! An alert that was not delivered is shown in the system status and in the metrics until an alert is delivered.

use serde_json::{Value, json};

use super::alerts::{FORGOTTEN, guessed};
use super::run;
use crate::support::{METRICS_TOKEN, Person, Receiver, TestApp};
use crate::users::administrator;

async fn alerts(app: &TestApp, admin: &Person) -> Value {
    let system = app.get("/api/system").bearer(admin).send().await;
    system.expect(200)["alerts"].clone()
}

async fn metric(app: &TestApp) -> String {
    let metrics = app.get("/api/metrics").token(METRICS_TOKEN).send().await;
    let text = metrics.text();
    let line = text
        .lines()
        .find(|line| line.starts_with("hallpass_alerts_failed "));
    line.unwrap_or_else(|| panic!("{text}")).to_owned()
}

#[tokio::test]
async fn a_failed_alert_is_shown_until_an_alert_is_delivered() {
    let receiver = Receiver::answering(&[400]).await;
    let app = guessed(&receiver).await;
    let admin = administrator(&app).await;
    let none = json!({ "isConfigured": true, "failure": null });
    assert_eq!(alerts(&app, &admin).await, none);
    assert_eq!(metric(&app).await, "hallpass_alerts_failed 0");

    assert_eq!(run(&app).await["alert"], "failed");
    let failed = alerts(&app, &admin).await;
    assert_eq!(failed["failure"]["reason"], "responded with 400");
    assert_eq!(failed["failure"]["kinds"], json!(["failed_sign_ins"]));
    assert!(
        failed["failure"]["failedAt"]
            .as_str()
            .unwrap()
            .ends_with('Z')
    );
    assert_eq!(metric(&app).await, "hallpass_alerts_failed 1");

    assert_eq!(run(&app).await["alert"], "sent");
    assert_eq!(alerts(&app, &admin).await, none);
    assert_eq!(metric(&app).await, "hallpass_alerts_failed 0");
}

#[tokio::test]
async fn a_failed_alert_is_shown_even_after_the_threshold_clears() {
    let receiver = Receiver::answering(&[410]).await;
    let app = guessed(&receiver).await;
    let admin = administrator(&app).await;
    assert_eq!(run(&app).await["alert"], "failed");
    app.database.execute(FORGOTTEN).await;
    assert_eq!(run(&app).await["alert"], "notNeeded");
    let failed = alerts(&app, &admin).await;
    assert_eq!(failed["failure"]["reason"], "responded with 410");
}

#[tokio::test]
async fn the_status_shows_that_no_webhook_is_configured() {
    let app = TestApp::new().await;
    let admin = administrator(&app).await;
    let expected = json!({ "isConfigured": false, "failure": null });
    assert_eq!(alerts(&app, &admin).await, expected);
}
