//! Password guessing in the daily run and in the metrics. Throttled attempts write no audit event, so the thresholds
//! count only the attempts that the throttle lets through.

use serde_json::json;

use super::run;
use crate::support::{METRICS_TOKEN, TestApp};

/// SQL that adds failed sign-ins at an account from a network, at these seconds after a full minute three hours ago.
fn failed(email: &str, network: &str, seconds: &[u32]) -> String {
    let seconds: Vec<_> = seconds.iter().map(u32::to_string).collect();
    format!(
        "insert into hallpass.audit_events (id, occurred_at, event, severity, subject_id, ip, details)
         select gen_random_uuid(), date_trunc('minute', now()) - interval '3 hours' + make_interval(secs => s),
             'login_failed', 'warning', (select id from hallpass.users where email = '{email}'), '{network}', '{{}}'
         from unnest(array[{}]) as s",
        seconds.join(", ")
    )
}

/// Seconds of the attempts that the throttle lets through if an attacker tries without a pause.
const LET_THROUGH: [u32; 11] = [0, 0, 0, 0, 0, 1, 3, 7, 15, 31, 63];

async fn guessed_accounts(app: &TestApp) -> String {
    let text = app
        .get("/api/metrics")
        .token(METRICS_TOKEN)
        .send()
        .await
        .text();
    let line = text
        .lines()
        .find_map(|line| line.strip_prefix("hallpass_guessed_accounts_1d "));
    line.unwrap_or_else(|| panic!("{text}")).to_owned()
}

#[tokio::test]
async fn slow_guessing_at_one_account_from_one_network_is_detected() {
    let app = TestApp::new().await;
    let (ada, bob) = ("ada@example.com", "bob@example.com");
    app.person(ada, &["user"]).await;
    app.person(bob, &["user"]).await;
    // These do not exceed the threshold of ten: ten attempts, eleven from two networks, eleven over more than an hour,
    // and eleven at an address without an account.
    let slow: Vec<_> = (0..11).map(|i| 200 + i * 370).collect();
    for life in [
        failed(ada, "192.0.2.1", &LET_THROUGH[..10]),
        failed(ada, "192.0.2.2", &[3_600]),
        failed(bob, "192.0.2.3", &slow),
        failed("nobody@example.com", "192.0.2.4", &slow[..8]),
        failed("nobody@example.com", "192.0.2.4", &[100, 1_200, 2_300]),
    ] {
        app.database.execute(&life).await;
    }
    assert_eq!(run(&app).await["breaches"], json!([]));
    assert_eq!(guessed_accounts(&app).await, "0");

    let eleventh = failed(ada, "192.0.2.1", &LET_THROUGH[10..]);
    app.database.execute(&eleventh).await;
    assert_eq!(
        run(&app).await["breaches"],
        json!([{ "kind": "failed_sign_ins", "value": 11, "threshold": 10, "unit": "per hour",
            "detail": "11 sign-ins at one account from one network failed in the worst hour of the last day" }])
    );
    assert_eq!(guessed_accounts(&app).await, "1");
    // Addresses of the same IPv6 network are counted together.
    let addresses = (0..11).map(|i| failed(bob, &format!("2001:db8:1:2::{i}"), &[200 + i * 300]));
    for address in addresses {
        app.database.execute(&address).await;
    }
    assert_eq!(guessed_accounts(&app).await, "2");
}

#[tokio::test]
async fn the_worst_minute_can_begin_at_any_second() {
    let app = TestApp::new().await;
    // Five in one minute of the clock and six in the next, all within 20 seconds.
    let seconds = [50, 52, 54, 56, 58, 60, 62, 64, 66, 68, 70];
    let life = failed("nobody@example.com", "192.0.2.1", &seconds);
    app.database.execute(&life).await;
    let answer = run(&app).await;
    assert_eq!(answer["breaches"][0]["value"], 11, "{answer}");
    assert_eq!(answer["breaches"][0]["unit"], "per minute");
}
