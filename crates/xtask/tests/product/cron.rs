//! The daily cron job, through the gateway and the real executable, and the alerts that it sends.

use hallpass_test_support::{Answer, Receiver, client::send};
use hyper::{Request, StatusCode};

use crate::test_app::{APP_PASSWORD, TestApp, database, functions};

const SECRET: &str = "timer-0a1b2c3d4e5f";
const LIVED: &str = "
    insert into hallpass.audit_events (id, occurred_at, event, severity, details)
    select gen_random_uuid(), now() - interval '1 hour', 'login_failed', 'info', '{}' from generate_series(1, 99);
    insert into hallpass.audit_events (id, occurred_at, event, severity, details)
    select gen_random_uuid(), now() - interval '500 days', 'test', 'info', '{}' from generate_series(1, 7)";

async fn call(app: &TestApp, secret: &str) -> Answer {
    let bearer = format!("Bearer {secret}");
    // The same headers as in a request of Vercel's cron jobs.
    let request = Request::get(app.address("/api/cron"))
        .header("authorization", bearer)
        .header("user-agent", "vercel-cron/1.0")
        .header("x-vercel-cron-schedule", "17 4 * * *");
    send(request.body(String::new()).unwrap()).await
}

#[tokio::test]
async fn the_daily_job_purges_and_sends_one_alert() {
    let postgres = database().await;
    postgres.execute("postgres", LIVED).await.unwrap();
    let receiver = Receiver::answering(&[500]).await;
    // The functions connect as the role that may not delete rows directly.
    let superuser = postgres.superuser_url("postgres");
    let place = superuser.split_once('@').unwrap().1;
    let platform = functions()
        .env(
            "DATABASE_URL",
            format!("postgres://hallpass_app:{APP_PASSWORD}@{place}"),
        )
        .env("CRON_SECRET", SECRET)
        .env("HALLPASS_ALERT_WEBHOOK", receiver.url("/hook"))
        .start()
        .await
        .unwrap();
    let app = TestApp { postgres, platform };
    assert_eq!(
        call(&app, "another-secret-0000").await.status,
        StatusCode::UNAUTHORIZED
    );
    let answer = call(&app, SECRET).await;
    assert_eq!(answer.status, StatusCode::OK, "{answer:?}");
    assert_eq!(answer.json()["purged"]["auditEvents"]["purged"], 7);
    assert_eq!(answer.json()["breaches"][0]["kind"], "failed_sign_ins");
    assert_eq!(answer.json()["alert"], "sent");
    let again = call(&app, SECRET).await;
    assert_eq!(again.json()["purged"]["auditEvents"]["purged"], 0);
    assert_eq!(again.json()["alert"], "notNeeded");
    let messages = receiver.received();
    assert_eq!(messages.len(), 2, "a refusal, and the second attempt");
    assert!(
        messages
            .iter()
            .all(|message| message.path == "/hook" && message.method == "POST")
    );
    assert_eq!(messages[1].json()["hallpass"]["breaches"][0]["value"], 99);
    assert!(messages[1].header("webhook-signature").starts_with("v1,"));
    app.stop().await;
}
