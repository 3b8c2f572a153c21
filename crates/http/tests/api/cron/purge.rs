//! Which rows the daily run deletes.

use serde_json::json;

use super::run;
use crate::support::TestApp;
use crate::users::administrator;

/// Adds sessions that ended in each possible way, throttle counters and audit events, of different ages.
const LIVED: &str = "
    insert into hallpass.sessions (id, user_id, created_at, idle_expires_at, expires_at, revoked_at, revoked_reason)
    select gen_random_uuid(), u.id, now() - interval '99 days',
        case how when 'idle' then ended else now() + interval '1 day' end,
        case how when 'end' then ended else now() + interval '1 day' end,
        case how when 'revoked' then ended end, case how when 'revoked' then 'test' end
    from hallpass.users u, (values ('idle'), ('end'), ('revoked'), ('live')) as h (how),
        lateral (select now() - make_interval(days => d) as ended from (values (6), (8), (29), (31)) as ago (d)) as e
    where u.email = 'root@example.com';
    insert into hallpass.login_throttle (key, failures, first_failure_at, blocked_until) values
        ('stale', 1, now() - interval '25 hours', null), ('over', 9, now() - interval '25 hours', now() - interval '1 hour'),
        ('young', 1, now() - interval '23 hours', null), ('blocked', 9, now() - interval '25 hours', now() + interval '1 hour');
    insert into hallpass.audit_events (id, occurred_at, event, severity, details)
    select gen_random_uuid(), now() - make_interval(days => d), 'test', 'info', '{}'
    from (values (1), (29), (89), (91), (399), (401), (900)) as ago (d)";

pub(super) async fn lived() -> TestApp {
    let app = TestApp::new().await;
    administrator(&app).await;
    app.database
        .execute("delete from hallpass.login_throttle")
        .await;
    app.database.execute(LIVED).await;
    app
}

/// Numbers of sessions, of throttle counters and of audit events named `test`.
pub(super) async fn left(app: &TestApp) -> [i64; 3] {
    let mut left = [0; 3];
    for (count, rows) in left.iter_mut().zip([
        "sessions",
        "login_throttle",
        "audit_events where event = 'test'",
    ]) {
        *count = app
            .database
            .value(&format!("select count(*) from {rows}"))
            .await;
    }
    left
}

#[tokio::test]
async fn expired_rows_are_purged_and_others_stay() {
    let app = lived().await;
    assert_eq!(left(&app).await, [17, 4, 7]);
    let answer = run(&app).await;
    let done =
        |scanned: i64, purged: i64| json!({ "scanned": scanned, "purged": purged, "isDone": true });
    assert_eq!(
        answer["purged"],
        json!({ "sessions": done(17, 3), "throttleCounters": done(4, 2), "auditEvents": done(2, 2) })
    );
    assert_eq!(left(&app).await, [14, 2, 5]);
    // No active session was deleted.
    let live: i64 = app
        .database
        .value("select count(*) from hallpass.sessions s where hallpass.session_is_live(s)")
        .await;
    assert_eq!(live, 5);
    let again = run(&app).await;
    assert_eq!(
        again["purged"],
        json!({ "sessions": done(14, 0), "throttleCounters": done(2, 0), "auditEvents": done(0, 0) })
    );
}

#[tokio::test]
async fn purging_audit_events_is_recorded_with_its_actor() {
    let app = lived().await;
    run(&app).await;
    run(&app).await;
    let events = app.database.events("audit_purged").await;
    let [event] = &events[..] else {
        panic!("not exactly one: {events:?}")
    };
    assert_eq!(event["severity"], "warning");
    assert_eq!(event["details"]["purged"], 2);
    assert!(event["details"]["before"].is_string());
    assert_eq!(event["actor_id"], json!(null));
    assert_eq!(event["user_agent"], "tests");
    assert!(event["request_id"].is_string());
}

#[tokio::test]
async fn shorter_retention_periods_purge_more_rows() {
    let app = lived().await;
    let shorter = app.beside(&[
        ("HALLPASS_KEEP_AUDIT_DAYS", "90"),
        ("HALLPASS_KEEP_SESSIONS_DAYS", "7"),
    ]);
    let answer = run(&shorter).await;
    assert_eq!(answer["purged"]["sessions"]["purged"], 9);
    assert_eq!(answer["purged"]["auditEvents"]["purged"], 4);
    assert_eq!(left(&app).await, [8, 2, 3]);
}

#[tokio::test]
async fn sessions_ended_by_a_force_logout_are_purged_by_its_date() {
    let app = lived().await;
    let all = "update hallpass.sessions set idle_expires_at = now() + interval '1 day', expires_at = now() + interval '1 day',
            revoked_at = null, revoked_reason = null;
        update hallpass.settings set sessions_valid_from = now() - interval '31 days'";
    app.database.execute(all).await;
    assert_eq!(run(&app).await["purged"]["sessions"]["purged"], 16);
}

#[tokio::test]
async fn a_database_with_one_role_is_purged_as_well() {
    let app = lived().await;
    let owner = app.database.url();
    let answer = run(&app.beside(&[("DATABASE_URL", &owner)])).await;
    assert_eq!(answer["purged"]["auditEvents"]["purged"], 2);
    assert_eq!(left(&app).await, [14, 2, 5]);
}
