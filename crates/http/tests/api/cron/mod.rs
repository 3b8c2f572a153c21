//! GET /api/cron

mod alerts;
mod bounds;
mod chats;
mod delivery;
mod failed;
mod guessing;
mod independent_tasks;
mod purge;

use serde_json::Value;

use crate::support::{CRON_SECRET, TestApp};
use crate::users::administrator;

/// Calls the daily run as the scheduler does.
async fn run(app: &TestApp) -> Value {
    app.get("/api/cron")
        .token(CRON_SECRET)
        .send()
        .await
        .expect(200)
}

#[tokio::test]
async fn without_the_secret_no_task_runs() {
    let open = TestApp::new().await;
    let admin = administrator(&open).await;
    let closed = open.beside(&[("CRON_SECRET", "")]);
    let before = open.statements().await;
    for app in [&open, &closed] {
        let get = || app.get("/api/cron");
        for call in [
            get(),
            get().token(""),
            get().token("undefined"),
            get().token(&CRON_SECRET[1..]),
            get().bearer(&admin),
            get().cookie(&admin.refresh_token),
            get().header("user-agent", "vercel-cron/1.0"),
            get().header("x-vercel-cron-schedule", "17 4 * * *"),
        ] {
            call.send().await.expect_problem(401, "unauthenticated");
        }
    }
    let shown = closed.get("/api/cron").token(CRON_SECRET);
    shown.send().await.expect_problem(401, "unauthenticated");
    assert_eq!(open.statements().await, before);
    let call = open.post("/api/cron").token(CRON_SECRET);
    call.send().await.expect_problem(405, "method_not_allowed");
}

#[tokio::test]
async fn without_a_database_the_response_is_503() {
    let app = TestApp::new().await.cut_off();
    let answer = app.get("/api/cron").token(CRON_SECRET).send().await;
    answer.expect_unavailable();
}

#[tokio::test]
async fn a_run_with_nothing_to_do_costs_four_statements_and_changes_nothing() {
    let app = TestApp::new().await;
    administrator(&app).await;
    run(&app).await;
    let (before, events) = (app.statements().await, app.events().await);
    let answer = run(&app).await;
    assert_eq!(
        app.statements().await - before,
        4,
        "three purges and one check"
    );
    assert_eq!(app.events().await, events);
    assert_eq!(answer["breaches"], serde_json::json!([]));
    assert_eq!(answer["alert"], "notNeeded");
}
