//! The throttle does not count attempts that succeed, nor those that fail because of the server.

use super::{
    EMAIL, HOME, WRONG, ada, ada_signed_in, change_password, counters, device, from_device, redeem,
    sign_in,
};
use crate::support::{Answer, PASSWORD, TestApp};

/// From now on, the database connection breaks in the middle of the statement that opens a session or changes a
/// password.
const BREAK: &str = "create function break_connection() returns trigger language plpgsql as $$ \
     begin perform pg_terminate_backend(pg_backend_pid()); return new; end $$; \
     create trigger break_connection before insert on sessions \
         for each row execute function break_connection(); \
     create trigger break_connection before update of password_hash on users \
         for each row execute function break_connection()";
const RESTORE: &str = "drop trigger break_connection on sessions; drop trigger break_connection on users; \
     drop function break_connection()";

/// From now on no audit event can be written.
const FILL: &str = "create function no_space() returns trigger language plpgsql as $$ \
     begin raise exception using errcode = 'disk_full', message = 'no space left'; end $$; \
     create trigger no_space before insert on audit_events for each row execute function no_space()";
const CLEAR: &str = "drop trigger no_space on audit_events; drop function no_space()";

/// Numbers of earlier failures that every counter has. Their waits have ended.
const BEFORE: [i32; 4] = [0, 3, 7, 2_000];

async fn failed(app: &TestApp, times: i32) {
    let failed = format!(
        "delete from login_throttle where {times} = 0; \
         update login_throttle set failures = {times}, blocked_until = case when {times} > 5 \
             then clock_timestamp() - interval '1 second' end"
    );
    app.database.execute(&failed).await;
}

/// All counters, without the ends of waits that are in the past.
async fn asking(app: &TestApp) -> Vec<String> {
    let past =
        "update login_throttle set blocked_until = null where blocked_until < clock_timestamp()";
    app.database.execute(past).await;
    counters(app).await
}

async fn busy_app() -> TestApp {
    TestApp::with(&[("HALLPASS_HASH_PERMITS", "1")]).await
}

/// Makes an attempt with the right proof fail in each way that the server can cause. No counter may change.
async fn expect_not_counted(app: &TestApp, times: i32, attempt: impl AsyncFn() -> Answer) {
    let before = asking(app).await;
    for (start, end) in [(BREAK, RESTORE), (FILL, CLEAR)] {
        app.database.execute(start).await;
        attempt().await.expect_unavailable();
        app.database.execute(end).await;
        assert_eq!(asking(app).await, before, "{times}: {start}");
    }
    app.while_hashing(attempt())
        .await
        .expect_problem(503, "overloaded");
    assert_eq!(asking(app).await, before, "{times}: overloaded");
}

#[tokio::test]
async fn a_sign_in_that_fails_because_of_the_server_is_not_counted() {
    let app = busy_app().await;
    ada(&app).await;
    for times in BEFORE {
        for _ in 0..2 {
            let wrong = sign_in(&app, EMAIL, WRONG, HOME).send().await;
            wrong.expect(401);
        }
        failed(&app, times).await;
        let right = async || sign_in(&app, EMAIL, PASSWORD, HOME).send().await;
        expect_not_counted(&app, times, right).await;
        right().await.expect(200);
        app.database.execute("delete from login_throttle").await;
    }
}

#[tokio::test]
async fn a_sign_in_from_a_known_device_that_fails_because_of_the_server_is_not_counted() {
    let app = busy_app().await;
    ada(&app).await;
    let device = device(&app, EMAIL).await;
    for times in BEFORE {
        app.database.execute("delete from login_throttle").await;
        let wrong = from_device(&app, EMAIL, WRONG, &device).send().await;
        wrong.expect(401);
        failed(&app, times).await;
        let right = async || from_device(&app, EMAIL, PASSWORD, &device).send().await;
        expect_not_counted(&app, times, right).await;
        right().await.expect(200);
    }
}

#[tokio::test]
async fn a_password_change_that_fails_because_of_the_server_is_not_counted() {
    for times in BEFORE {
        let app = busy_app().await;
        let ada = ada_signed_in(&app).await;
        change_password(&app, &ada, WRONG).await.expect(422);
        failed(&app, times).await;
        let right = async || change_password(&app, &ada, PASSWORD).await;
        expect_not_counted(&app, times, right).await;
        right().await.expect(204);
    }
}

#[tokio::test]
async fn a_refused_new_password_does_not_count_as_a_guess_at_the_current_one() {
    for times in BEFORE {
        let app = TestApp::new().await;
        let ada = ada_signed_in(&app).await;
        change_password(&app, &ada, WRONG).await.expect(422);
        failed(&app, times).await;
        let before = asking(&app).await;
        let own_address = crate::me::password::change(&app, &ada, PASSWORD, EMAIL).await;
        own_address.expect(422);
        assert_eq!(asking(&app).await, before, "{times}");
        change_password(&app, &ada, PASSWORD).await.expect(204);
    }
}

#[tokio::test]
async fn a_link_whose_use_fails_because_of_the_server_is_not_counted() {
    let app = busy_app().await;
    let admin = app.signed_in("root@example.com", &["admin"]).await;
    let ada = ada_signed_in(&app).await;
    let link = crate::recovery::link(&app, &admin, &ada).await;
    expect_not_counted(&app, 0, async || redeem(&app, &link).await).await;
    assert_eq!(counters(&app).await, Vec::<String>::new());
    redeem(&app, &link).await.expect(200);
}

#[tokio::test]
async fn a_success_past_a_networks_limit_throttles_nobody() {
    let app = TestApp::new().await;
    ada(&app).await;
    for _ in 0..2 {
        sign_in(&app, EMAIL, WRONG, HOME).send().await.expect(401);
    }
    failed(&app, 2_000).await;
    let right = || sign_in(&app, EMAIL, PASSWORD, HOME).send();
    right().await.expect(200);
    right().await.expect(200);
    // A failure still reaches the limit.
    sign_in(&app, EMAIL, WRONG, HOME).send().await.expect(401);
    right().await.expect_problem(429, "too_many_attempts");
}
