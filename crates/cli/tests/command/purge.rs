//! Tests of `hallpass db purge`: which rows are deleted, who may delete them, and the audit events.

use serde_json::json;
use sqlx::Connection as _;
use sqlx::Executor as _;
use sqlx::postgres::PgConnection;

use crate::test_db::{APP_PASSWORD, TestDb};

const PURGE: [&str; 4] = ["db", "purge", "--yes", "--json"];
const RECORDED: &str = "select count(*) from audit_events where event like 'purge%'";

/// Creates ids like those of the product: UUIDs of version 7 with the time of the event.
pub(crate) const OF_TIME: &str = "
    create function id_of(at timestamptz) returns uuid language sql as $$
        select (lpad(to_hex((extract(epoch from at) * 1000)::bigint), 12, '0') || '7'
            || right(replace(gen_random_uuid()::text, '-', ''), 19))::uuid
    $$";

/// Sessions, counters and events on both sides of each retention limit: half of each kind are expired.
const LIFE: &str = "
    insert into sessions (id, user_id, created_at, idle_expires_at, expires_at, revoked_at, revoked_reason)
    select id_of(now()), u.id, now() - interval '100 days', t.idle, t.max, t.revoked, case when t.revoked is not null then 'logout' end
    from users u, (values
        (now() + interval '1 day', now() + interval '1 day', null::timestamptz),
        (now() - interval '29 days', now() + interval '1 day', null),
        (now() + interval '1 day', now() + interval '1 day', now() - interval '29 days'),
        (now() - interval '31 days', now() + interval '1 day', null),
        (now() - interval '40 days', now() - interval '31 days', null),
        (now() + interval '1 day', now() + interval '1 day', now() - interval '31 days')
    ) as t (idle, max, revoked);
    insert into login_throttle (key, failures, first_failure_at, blocked_until) values
        ('fresh', 3, now() - interval '23 hours', null),
        ('blocked', 3, now() - interval '25 hours', now() + interval '5 minutes'),
        ('stale', 3, now() - interval '25 hours', null),
        ('staler', 9, now() - interval '30 hours', now() - interval '20 hours');
    insert into audit_events (id, occurred_at, event, severity, details)
    select id_of(at), at, 'login', 'info', '{}'
    from (values (401), (500), (399), (31), (0)) as days (n), lateral (select now() - make_interval(days => n) as at) as t";

async fn lived() -> TestDb {
    let db = TestDb::administered().await;
    db.execute(OF_TIME).await;
    db.execute(LIFE).await;
    db
}

async fn left(db: &TestDb) -> [i64; 3] {
    [
        db.value("select count(*) from sessions").await,
        db.value("select count(*) from login_throttle").await,
        db.value("select count(*) from audit_events where event = 'login'")
            .await,
    ]
}

#[tokio::test]
async fn purge_deletes_expired_rows_and_keeps_the_rest() {
    let db = lived().await;
    let dry = ["db", "purge", "--dry-run", "--json"];
    let counted = db.run(&dry).await.json();
    let expected = json!({"sessions": 3, "throttleCounters": 2, "auditEvents": 2});
    assert_eq!(counted["purged"], expected);
    assert_eq!(left(&db).await, [6, 4, 5]);
    assert_eq!(db.value::<i64>(RECORDED).await, 0);
    let purged = db.run(&PURGE).await.json();
    assert_eq!(purged["purged"], expected);
    assert_eq!(left(&db).await, [3, 2, 3]);
    let youngest = "select max(now() - occurred_at) < '400 days' from audit_events";
    assert!(db.value::<bool>(youngest).await);
    let finished: serde_json::Value = db
        .value("select details from audit_events where event = 'purge_finished'")
        .await;
    assert_eq!(finished, expected);
    let by = "select request_id = 'db purge' and severity = 'warning' from audit_events where event = 'purge_started'";
    assert!(db.value::<bool>(by).await);
    let again = db.run(&PURGE).await.json();
    let nothing = json!({"sessions": 0, "throttleCounters": 0, "auditEvents": 0});
    assert_eq!(again["purged"], nothing);
}

#[tokio::test]
async fn small_batches_purge_everything() {
    let db = lived().await;
    for size in ["1", "2"] {
        let dry = ["db", "purge", "--dry-run", "--json", "--batch", size];
        let counted = db.run(&dry).await.json();
        let expected = json!({"sessions": 3, "throttleCounters": 2, "auditEvents": 2});
        assert_eq!(counted["purged"], expected, "{size}");
        assert_eq!(counted["scanned"]["sessions"], 6, "{size}");
    }
    let mut small = PURGE.to_vec();
    small.extend(["--batch", "1"]);
    db.run(&small).await.json();
    assert_eq!(left(&db).await, [3, 2, 3]);
}

#[tokio::test]
async fn sessions_ended_by_a_force_logout_are_purged_by_its_date() {
    let db = lived().await;
    let all = "update sessions set idle_expires_at = now() + interval '1 day', expires_at = now() + interval '1 day',
            revoked_at = null, revoked_reason = null;
        update settings set sessions_valid_from = now() - interval '31 days'";
    db.execute(all).await;
    let purged = db.run(&PURGE).await.json();
    assert_eq!(purged["purged"]["sessions"], 6);
}

#[tokio::test]
async fn retention_can_be_set_within_bounds() {
    let db = lived().await;
    let counted = |arguments: &'static [&'static str]| {
        let db = &db;
        async move {
            let call = db.call(&["db", "purge", "--dry-run", "--json"]);
            call.args(arguments).run().await
        }
    };
    let report = counted(&["--keep-audit", "30d", "--keep-sessions", "28d"]).await;
    let report = report.json();
    assert_eq!(report["purged"]["auditEvents"], 4);
    assert_eq!(report["purged"]["sessions"], 5);
    let error = counted(&["--keep-audit", "29d"]).await.failed(7);
    assert_eq!(error["errors"][0]["field"], "keepAudit");
    assert_eq!(counted(&["--keep-audit", "soon"]).await.code, 2);
    // Standard input is not a terminal, so the prompt cannot be confirmed.
    let error = db.run(&["db", "purge", "--json"]).await.failed(1);
    assert_eq!(error["code"], "not_confirmed");
    assert_eq!(left(&db).await, [6, 4, 5]);
}

async fn refused(connection: &mut PgConnection, sql: &'static str) -> String {
    let error = connection.execute(sql).await.expect_err(sql);
    let code = error.as_database_error().unwrap().code().unwrap();
    code.into_owned()
}

#[tokio::test]
async fn audit_events_stay_append_only_for_everything_but_purge() {
    let db = lived().await;
    let mut owner = db.connect().await;
    // Even with the setting, no event can be changed, and no recent event can be deleted.
    owner.execute("set hallpass.purging = 'on'").await.unwrap();
    for sql in [
        "update audit_events set event = 'nothing'",
        "truncate audit_events",
        "delete from audit_events",
        "delete from audit_events where occurred_at > now() - interval '1 day'",
    ] {
        assert_eq!(refused(&mut owner, sql).await, "HP405", "{sql}");
    }
    owner.execute("reset hallpass.purging").await.unwrap();
    let old = "delete from hallpass.audit_events where occurred_at < now() - interval '400 days'";
    assert_eq!(refused(&mut owner, old).await, "HP405");
    // The setting made by the function is reset when the function ends.
    let two = "begin; select purge_audit_events('00000000-0000-0000-0000-000000000000',
        'ffffffff-ffff-ffff-ffff-ffffffffffff', now() - interval '499 days', 100)";
    owner.execute(two).await.unwrap();
    assert_eq!(refused(&mut owner, old).await, "HP405");
    owner.execute("rollback").await.unwrap();
    // The trigger refuses a limit that is too recent, whoever calls the function.
    let young = "select purge_audit_events('00000000-0000-0000-0000-000000000000',
        'ffffffff-ffff-ffff-ffff-ffffffffffff', now(), 100)";
    assert_eq!(refused(&mut owner, young).await, "HP405");
    assert_eq!(left(&db).await, [6, 4, 5]);
}

#[tokio::test]
async fn the_functions_role_may_not_purge() {
    let db = lived().await;
    let migrate = db
        .call(&["migrate"])
        .env("HALLPASS_APP_PASSWORD", APP_PASSWORD);
    migrate.run().await.succeeded();
    let mut app = PgConnection::connect(&db.app_url()).await.unwrap();
    app.execute("set hallpass.purging = 'on'").await.unwrap();
    for sql in [
        "delete from hallpass.audit_events where occurred_at < now() - interval '400 days'",
        "select hallpass.purge_audit_events('00000000-0000-0000-0000-000000000000',
            'ffffffff-ffff-ffff-ffff-ffffffffffff', now() - interval '400 days', 100)",
    ] {
        assert_eq!(refused(&mut app, sql).await, "42501", "{sql}");
    }
    let call = db.call(&PURGE).env("DATABASE_URL", &db.app_url());
    let error = call.run().await.failed(1);
    assert_eq!(error["code"], "not_permitted");
    assert!(
        error["nextStep"]
            .as_str()
            .unwrap()
            .contains("DATABASE_URL_UNPOOLED")
    );
    assert_eq!(left(&db).await, [6, 4, 5]);
}
