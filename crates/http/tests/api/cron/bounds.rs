//! How much a purge deletes in its time, and what the application's role cannot delete with the functions that it may
//! call.

use std::time::Duration;

use hallpass_core::Client;
use hallpass_core::retention::scheduled::{self, Budget, Purged};
use sqlx::{AssertSqlSafe, Connection as _, Executor as _, PgConnection};

use super::purge::{left, lived};
use crate::support::TestApp;
use crate::users::administrator;

/// Budget for one batch of each kind of rows.
const ONE: Budget = Budget {
    batch: 100,
    time: Duration::ZERO,
};

async fn purge(app: &TestApp, budget: Budget) -> Purged {
    let caller = Client::new(None, None, "test".to_owned());
    scheduled::purge(&app.hallpass, budget, &caller)
        .await
        .unwrap()
}

async fn many(rows: i32) -> TestApp {
    let app = TestApp::new().await;
    administrator(&app).await;
    let fill = format!(
        "delete from hallpass.login_throttle;
         insert into hallpass.sessions (id, user_id, created_at, idle_expires_at, expires_at)
         select gen_random_uuid(), u.id, now() - interval '99 days', e, e
         from hallpass.users u, generate_series(1, {rows}) as i,
             lateral (select now() + case when i % 2 = 0 then interval '1 day' else interval '-60 days' end as e) as e;
         insert into hallpass.login_throttle (key, failures, first_failure_at)
         select sha256(i::text::bytea), 1, now() - case when i % 2 = 0 then interval '1 hour' else interval '60 days' end
         from generate_series(1, {rows}) as i;
         insert into hallpass.audit_events (id, occurred_at, event, severity, details)
         select gen_random_uuid(), now() - make_interval(days => 401 + i), 'test', 'info', '{{}}'
         from generate_series(1, {rows}) as i"
    );
    app.database.execute(&fill).await;
    app
}

#[tokio::test]
async fn a_purge_stops_at_its_time_limit_and_the_next_one_continues_there() {
    let app = many(250).await;
    // With the administrator's own session, there are 251.
    let mut seen = Vec::new();
    for _ in 0..3 {
        let purged = purge(&app, ONE).await;
        let of = [
            purged.sessions,
            purged.throttle_counters,
            purged.audit_events,
        ];
        seen.push(of.map(|progress| (progress.scanned, progress.is_done)));
    }
    assert_eq!(seen[..2], [[(100, false); 3]; 2]);
    assert_eq!(seen[2], [(51, true), (50, true), (50, true)]);
    assert_eq!(left(&app).await, [126, 125, 0]);
    // A run after a completed one begins at the first row again.
    let purged = purge(&app, ONE).await;
    assert_eq!((purged.sessions.scanned, purged.sessions.purged), (100, 0));
}

#[tokio::test]
async fn a_run_with_enough_time_completes() {
    let app = many(1_050).await;
    let purged = purge(
        &app,
        Budget {
            batch: 100,
            time: Duration::from_mins(1),
        },
    )
    .await;
    assert!(
        purged.sessions.is_done && purged.throttle_counters.is_done && purged.audit_events.is_done
    );
    assert_eq!(left(&app).await, [526, 525, 0]);
    let events = app.database.events("audit_purged").await;
    let counted: i64 = events
        .iter()
        .map(|event| event["details"]["purged"].as_i64().unwrap())
        .sum();
    assert_eq!(
        (events.len(), counted),
        (11, 1_050),
        "each batch is recorded"
    );
}

#[tokio::test]
async fn concurrent_purges_take_turns_and_delete_nothing_twice() {
    let app = many(600).await;
    let budget = Budget {
        batch: 50,
        time: Duration::from_mins(1),
    };
    let (one, other) = tokio::join!(purge(&app, budget), purge(&app, budget));
    assert_eq!(left(&app).await, [301, 300, 0]);
    assert_eq!(one.sessions.purged + other.sessions.purged, 300);
    assert_eq!(
        one.throttle_counters.purged + other.throttle_counters.purged,
        300
    );
    assert_eq!(one.audit_events.purged + other.audit_events.purged, 600);
}

/// A connection as the application's role, with which a test sends any SQL.
async fn as_the_application(app: &TestApp) -> PgConnection {
    PgConnection::connect(&app.database.direct_app_url())
        .await
        .unwrap()
}

async fn refused(connection: &mut PgConnection, sql: &str) -> String {
    let error = connection.execute(AssertSqlSafe(sql)).await.expect_err(sql);
    error
        .as_database_error()
        .unwrap()
        .code()
        .unwrap()
        .into_owned()
}

#[tokio::test]
async fn the_application_role_cannot_delete_recent_rows() {
    let app = lived().await;
    let mut role = as_the_application(&app).await;
    let client = "jsonb_build_object('eventId', gen_random_uuid())";
    for keep in ["0", "-10 years", "1 second", "-infinity"] {
        let sql = format!("select hallpass.purge_audit('{keep}', 10000, {client})");
        // The result is ignored: PostgreSQL before 17 has no infinite interval and refuses it.
        let _ = role.execute(AssertSqlSafe(sql)).await;
    }
    // Events older than 90 days were deleted, which one audit event records.
    assert_eq!(left(&app).await[2], 3);
    assert_eq!(app.database.events("audit_purged").await.len(), 1);
    for keep in ["0", "-10 years"] {
        let sql = format!(
            "select hallpass.purge_sessions('{keep}', 10000), hallpass.purge_throttle('{keep}', 10000)"
        );
        role.execute(AssertSqlSafe(sql)).await.unwrap();
    }
    // Sessions that ended six days ago stay, and so does the counter that blocks attempts. The role may delete counters
    // in any case.
    assert_eq!(left(&app).await, [8, 1, 3]);
}

#[tokio::test]
async fn every_purge_is_recorded_and_rows_cannot_be_deleted_otherwise() {
    let app = lived().await;
    let mut role = as_the_application(&app).await;
    // Without an event id, or with one that is already in use, the audit event cannot be written and nothing is
    // deleted.
    let taken: uuid::Uuid = app
        .database
        .value("select id from hallpass.audit_events limit 1")
        .await;
    for client in [
        "null".to_owned(),
        "'{}'".to_owned(),
        format!("'{{\"eventId\": \"{taken}\"}}'"),
    ] {
        let code = refused(
            &mut role,
            &format!("select hallpass.purge_audit('400 days', 10000, {client})"),
        )
        .await;
        assert!(
            ["23502", "23505"].contains(&code.as_str()),
            "{client}: {code}"
        );
    }
    for sql in [
        "delete from hallpass.audit_events where occurred_at < now() - interval '400 days'",
        "delete from hallpass.sessions",
        "update hallpass.maintenance set sessions_after = gen_random_uuid()",
        "set role postgres",
        "select hallpass.purge_audit_events('00000000-0000-0000-0000-000000000000', 'ffffffff-ffff-ffff-ffff-ffffffffff', now(), 9)",
    ] {
        let code = refused(&mut role, sql).await;
        assert!(["42501", "22P02"].contains(&code.as_str()), "{sql}: {code}");
    }
    // Temporary tables of the role with the same names are not used instead of Hallpass's tables.
    for sql in [
        "create temp table audit_events (id uuid, occurred_at timestamptz)",
        "create temp table sessions (id uuid)",
        "create temp table settings (sessions_valid_from timestamptz)",
        "insert into settings values ('infinity')",
        "set search_path = pg_temp, hallpass",
        "select hallpass.purge_sessions('30 days', 10000)",
    ] {
        role.execute(sql).await.unwrap();
    }
    assert_eq!(left(&app).await, [14, 4, 7]);
}
