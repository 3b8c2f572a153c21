//! Tests of `hallpass migrate` without interruptions.

use hallpass_core::schema;
use serde_json::{Value, json};

use crate::test_db::{APP_PASSWORD, TestDb, hallpass};

const APPLIED: &str = "select count(*) from _sqlx_migrations where success";

#[tokio::test]
async fn migrate_applies_every_migration_once() {
    let db = TestDb::empty().await;
    let first = db.run(&["migrate", "--json"]).await.json();
    let count = first["applied"].as_array().unwrap().len();
    assert!(count >= 6, "{first}");
    assert_eq!(first["applied"][0]["description"], "accounts");
    assert_eq!(first["schemaVersion"], schema::expected());
    assert_eq!(first["expectedVersion"], schema::expected());
    let again = db.run(&["migrate", "--json"]).await.json();
    assert_eq!(again["applied"], json!([]));
    assert_eq!(again["schemaVersion"], schema::expected());
    assert_eq!(
        db.value::<i64>(APPLIED).await,
        i64::try_from(count).unwrap()
    );
}

#[tokio::test]
async fn people_see_each_migration_and_the_version() {
    let db = TestDb::empty().await;
    // Migrations do not need a secret.
    let first = db
        .call(&["migrate"])
        .without("HALLPASS_SECRET")
        .run()
        .await
        .succeeded();
    assert!(first.stderr.contains(" accounts ... "), "{first:?}");
    assert!(
        first
            .stdout
            .contains(&format!("Schema  {}", schema::expected()))
    );
    let again = db.run(&["migrate"]).await.succeeded();
    assert_eq!(again.stderr, "");
    assert!(again.stdout.contains("nothing to apply"));
}

#[tokio::test]
async fn a_dry_run_shows_what_is_pending_and_changes_nothing() {
    let db = TestDb::empty().await;
    let json = db.run(&["migrate", "--dry-run", "--json"]).await.json();
    assert_eq!(json["pending"][0]["description"], "accounts");
    let brief = db.run(&["migrate", "--dry-run"]).await.succeeded();
    let first = format!("{} accounts", json["pending"][0]["version"]);
    assert!(brief.stdout.contains(&first), "{brief:?}");
    assert!(!brief.stdout.contains("create table hallpass.users"));
    let verbose = db.run(&["migrate", "--dry-run", "-v"]).await.succeeded();
    assert!(verbose.stdout.contains("create table hallpass.users"));
    let schemas = "select count(*) from pg_namespace where nspname = 'hallpass'";
    assert_eq!(db.value::<i64>(schemas).await, 0);
    db.run(&["migrate"]).await.succeeded();
    let json = db.run(&["migrate", "--dry-run", "--json"]).await.json();
    assert_eq!(json["pending"], json!([]));
}

#[tokio::test]
async fn two_concurrent_runs_apply_everything_once_and_both_succeed() {
    let db = TestDb::empty().await;
    let call = || {
        db.call(&["migrate", "--json"])
            .env("HALLPASS_APP_PASSWORD", APP_PASSWORD)
    };
    let (one, other) = tokio::join!(call().run(), call().run());
    let applied = |json: serde_json::Value| json["applied"].as_array().unwrap().len();
    let mut applied = [applied(one.json()), applied(other.json())];
    applied.sort_unstable();
    assert_eq!(applied[0], 0);
    assert!(applied[1] >= 6);
}

#[tokio::test]
async fn a_newer_schema_is_left_unchanged() {
    let db = TestDb::migrated().await;
    db.execute(
        "insert into _sqlx_migrations (version, description, success, checksum, execution_time) \
             values (20991231000001, 'of a later release', true, '', 0)",
    )
    .await;
    let outcome = db.run(&["migrate"]).await.succeeded();
    assert!(
        outcome.stdout.contains("20991231000001, nothing to apply"),
        "{outcome:?}"
    );
    assert!(
        outcome
            .stdout
            .contains("a newer release has migrated this database")
    );
}

#[tokio::test]
async fn the_role_gets_its_grants_and_its_password() {
    let db = TestDb::empty().await;
    let call = db.call(&["migrate", "--json"]);
    let json = call
        .env("HALLPASS_APP_PASSWORD", APP_PASSWORD)
        .run()
        .await
        .json();
    let granted = json!({"name": "hallpass_app", "granted": true, "passwordSet": true});
    assert_eq!(json["role"], granted);
    // Revoked privileges are granted again without the password, because the role exists.
    db.execute("revoke all on users from hallpass_app").await;
    let json = db.run(&["migrate", "--json"]).await.json();
    let renewed = json!({"name": "hallpass_app", "granted": true, "passwordSet": false});
    assert_eq!(json["role"], renewed);
    let may = "select has_table_privilege('hallpass_app', 'users', 'select')";
    assert!(db.value::<bool>(may).await);
}

#[tokio::test]
async fn migrate_reports_missing_variables_and_an_unavailable_database() {
    let missing = hallpass(&["migrate", "--json"]).run().await.failed(3);
    assert_eq!(missing["errors"][0]["field"], "DATABASE_URL");
    let url = "postgres://somebody@127.0.0.1:1/nowhere";
    let away = hallpass(&["migrate", "--json"]).env("DATABASE_URL", url);
    let away = away.run().await.failed(4);
    assert_eq!(away["code"], "database_unavailable");
    let usage = hallpass(&["migrate", "--verbose"]).run().await;
    assert_eq!(usage.code, 2);
}

const TRAIL: &str = "select coalesce(jsonb_agg(jsonb_build_object('event', event, 'by', request_id,
    'details', details) order by id), '[]') from audit_events";

#[tokio::test]
async fn the_audit_log_records_exactly_what_a_migration_changed() {
    let db = TestDb::empty().await;
    let first = db.run(&["migrate", "--json"]).await.json();
    let applied = first["applied"].as_array().unwrap().iter();
    let versions: Vec<_> = applied.map(|step| step["version"].clone()).collect();
    let migrated = json!({"event": "schema_migrated", "by": "migrate",
        "details": {"schemaVersion": schema::expected(), "applied": versions}});
    assert_eq!(db.value::<Value>(TRAIL).await, json!([migrated]));
    // A run that changes nothing records no event.
    db.run(&["migrate"]).await.succeeded();
    db.run(&["migrate", "--dry-run"]).await.succeeded();
    assert_eq!(db.value::<Value>(TRAIL).await, json!([migrated]));
    let role = db.call(&["migrate"]);
    let role = role.env("HALLPASS_APP_PASSWORD", APP_PASSWORD);
    role.run().await.succeeded();
    let set = json!({"event": "role_password_set", "by": "migrate", "details": {"databaseRole": "hallpass_app"}});
    assert_eq!(db.value::<Value>(TRAIL).await, json!([migrated, set]));
}

#[tokio::test]
async fn migrations_applied_before_a_failure_are_recorded() {
    let db = TestDb::empty().await;
    // This table makes a migration fail that is later than the one of the audit log.
    let in_the_way = "create schema hallpass; create table hallpass.maintenance (id integer)";
    db.execute(in_the_way).await;
    let failed = db.run(&["migrate", "--json"]).await.failed(1);
    assert_eq!(failed["code"], "migration_failed");
    let trail = db.value::<Value>(TRAIL).await;
    assert_eq!(trail.as_array().unwrap().len(), 1, "{trail}");
    let applied = trail[0]["details"]["applied"].as_array().unwrap();
    let applied = i64::try_from(applied.len()).unwrap();
    assert_eq!(applied, db.value::<i64>(APPLIED).await);
    db.execute("drop table maintenance").await;
    db.run(&["migrate"]).await.succeeded();
    let trail = db.value::<Value>(TRAIL).await;
    assert_eq!(trail.as_array().unwrap().len(), 2, "{trail}");
}

#[tokio::test]
async fn a_database_that_cannot_hold_every_character_is_refused() {
    let db = TestDb::in_latin1().await;
    let error = db.run(&["migrate", "--json"]).await.failed(3);
    assert_eq!(error["code"], "encoding");
    assert!(
        error["detail"].as_str().unwrap().contains("LATIN1"),
        "{error}"
    );
    assert!(
        error["nextStep"].as_str().unwrap().contains("template0"),
        "{error}"
    );
    let dry = db.run(&["migrate", "--json", "--dry-run"]).await;
    assert_eq!(dry.failed(3)["code"], "encoding");
    let schema = "select count(*) from pg_namespace where nspname = 'hallpass'";
    assert_eq!(db.value::<i64>(schema).await, 0);
    let report = db.run(&["doctor", "--json"]).await;
    assert_eq!(report.code, 1);
    assert!(
        report.stdout.contains("the database encoding is LATIN1"),
        "{report:?}"
    );
}
