//! Tests of `hallpass doctor`: without problems, with warnings, and with each possible failure.

use hallpass_test_support::{Call, Outcome};
use serde_json::Value;

use crate::test_db::{APP_PASSWORD, SECRET, TestDb, hallpass};

fn parsed(outcome: &Outcome) -> Value {
    assert_eq!(outcome.stderr, "");
    serde_json::from_str(&outcome.stdout).expect("JSON")
}

/// The check with this name.
fn check<'r>(report: &'r Value, name: &str) -> &'r Value {
    let checks = report["checks"].as_array().unwrap();
    let found = checks.iter().find(|check| check["name"] == name);
    found.unwrap_or_else(|| panic!("no {name} in {report:#}"))
}

/// Checks that this check fails, that the command fails, and that the action contains the text.
async fn fails(call: Call, name: &str, action: &str) {
    let outcome = call.args(&["--json"]).run().await;
    assert_eq!(outcome.code, 1, "{outcome:#?}");
    let report = parsed(&outcome);
    assert_eq!(report["status"], "failure");
    let check = check(&report, name);
    assert_eq!(check["status"], "failure", "{check}");
    let advice = check["action"].as_str().unwrap();
    assert!(advice.contains(action), "{advice}");
}

#[tokio::test]
async fn every_check_is_ok_if_everything_is_configured() {
    let db = TestDb::with_letters(true).await;
    let migrate = db
        .call(&["migrate"])
        .env("HALLPASS_APP_PASSWORD", APP_PASSWORD);
    migrate.run().await.succeeded();
    db.create("root@example.com", "admin").await;
    let call = |arguments: &[&str]| {
        db.call(arguments)
            .env("DATABASE_URL", &db.app_url())
            .env("DATABASE_URL_UNPOOLED", &db.url())
    };
    let report = call(&["doctor", "--json"]).run().await.json();
    let names: Vec<_> = report["checks"]
        .as_array()
        .unwrap()
        .iter()
        .map(|c| &c["name"])
        .collect();
    let expected = [
        "configuration",
        "environment",
        "origin",
        "database",
        "tls",
        "pooler",
        "serverVersion",
        "encoding",
        "schema",
        "search",
        "timeouts",
        "clock",
        "connections",
        "replication",
        "directConnection",
        "writes",
        "otherRoles",
        "leastPrivilege",
        "appendOnly",
        "administrator",
        "alerts",
    ];
    assert_eq!(names, expected);
    for check in report["checks"].as_array().unwrap() {
        assert_eq!(check["status"], "ok", "{check}");
        assert_eq!(check["action"], Value::Null);
    }
    assert_eq!(report["status"], "ok");
    let people = call(&["doctor"]).run().await.succeeded();
    assert!(people.stdout.ends_with("\nno failures, no warnings\n"));
    assert!(
        people.stdout.lines().all(|line| line.chars().count() <= 80),
        "{}",
        people.stdout
    );
}

#[tokio::test]
async fn a_database_with_the_locale_c_is_a_warning() {
    let db = TestDb::with_letters(false).await;
    db.run(&["migrate"]).await.succeeded();
    let report: Value = serde_json::from_str(&db.run(&["doctor", "--json"]).await.stdout).unwrap();
    let search = check(&report, "search");
    assert_eq!(search["status"], "warning", "{search}");
    assert!(search["action"].as_str().unwrap().contains("lc_ctype"));
    // The reason for the warning: these characters have no trigrams, so the index cannot find them.
    let trigrams = "select cardinality(show_trgm('日本'))";
    assert_eq!(db.value::<i32>(trigrams).await, 0);
}

#[tokio::test]
async fn warnings_alone_exit_with_0() {
    let db = TestDb::administered().await;
    let report = db.run(&["doctor", "--json"]).await.json();
    assert_eq!(report["status"], "warning");
    let privilege = check(&report, "leastPrivilege");
    assert_eq!(privilege["status"], "warning");
    assert!(privilege["detail"].as_str().unwrap().contains("triggers"));
    let advice = privilege["action"].as_str().unwrap();
    assert!(
        advice.contains("HALLPASS_APP_PASSWORD=… hallpass migrate")
            && advice.contains("hallpass migrate --deploy"),
        "{advice}"
    );
    assert_eq!(check(&report, "timeouts")["status"], "warning");
    let unnamed = db
        .call(&["doctor", "--json"])
        .env("DATABASE_POOLER", "unnamed");
    assert_eq!(
        check(&unnamed.run().await.json(), "pooler")["status"],
        "warning"
    );
    let crowded = db
        .call(&["doctor", "--json"])
        .env("DATABASE_CONNECTION_LIMIT", "90");
    assert_eq!(
        check(&crowded.run().await.json(), "connections")["status"],
        "warning"
    );
    // An account that nobody can sign in to.
    db.execute("update users set password_hash = null").await;
    let report = db.run(&["doctor", "--json"]).await.json();
    let waiting = check(&report, "administrator");
    assert!(waiting["action"].as_str().unwrap().contains("--link"));
}

#[tokio::test]
async fn every_missing_and_every_invalid_variable_is_reported() {
    let outcome = hallpass(&["doctor", "--json"]).run().await;
    assert_eq!(outcome.code, 1);
    let report = parsed(&outcome);
    let details: Vec<_> = report["checks"]
        .as_array()
        .unwrap()
        .iter()
        .map(|check| check["detail"].as_str().unwrap().split(' ').next().unwrap())
        .collect();
    assert_eq!(details, ["HALLPASS_SECRET", "DATABASE_URL"]);
    let db = TestDb::administered().await;
    let call = db
        .call(&["doctor"])
        .env("HALLPASS_SECRET", "short")
        .args(&["--json"]);
    let outcome = call.run().await;
    assert_eq!(outcome.code, 1);
    // The other checks are run nevertheless.
    assert_eq!(check(&parsed(&outcome), "schema")["status"], "ok");
}

#[tokio::test]
async fn an_unavailable_database_fails() {
    let call = hallpass(&["doctor"])
        .env("HALLPASS_SECRET", SECRET)
        .env("DATABASE_URL", "postgres://somebody@127.0.0.1:1/nowhere");
    fails(call, "database", "DATABASE_URL").await;
}

#[tokio::test]
async fn a_missing_or_older_schema_fails() {
    let db = TestDb::empty().await;
    fails(db.call(&["doctor"]), "schema", "hallpass migrate").await;
    db.run(&["migrate"]).await.succeeded();
    db.create("root@example.com", "admin").await;
    db.execute(
        "delete from _sqlx_migrations where version = (select max(version) from _sqlx_migrations)",
    )
    .await;
    fails(db.call(&["doctor"]), "schema", "hallpass migrate").await;
}

#[tokio::test]
async fn an_unfinished_migration_fails() {
    let db = TestDb::administered().await;
    db.execute(
        "update _sqlx_migrations set success = false where description = 'users search index'",
    )
    .await;
    fails(db.call(&["doctor"]), "schema", "hallpass migrate").await;
}

#[tokio::test]
async fn a_missing_administrator_fails() {
    let db = TestDb::migrated().await;
    fails(db.call(&["doctor"]), "administrator", "users create").await;
}

#[tokio::test]
async fn a_disabled_trigger_fails() {
    let db = TestDb::administered().await;
    let disable = "alter table audit_events disable trigger audit_events_append_only";
    db.execute(disable).await;
    fails(db.call(&["doctor"]), "appendOnly", "enable trigger").await;
}

#[tokio::test]
async fn a_missing_or_broken_search_index_fails() {
    let db = TestDb::administered().await;
    db.execute(
        "update pg_index set indisvalid = false where indexrelid = 'users_search_idx'::regclass",
    )
    .await;
    fails(db.call(&["doctor"]), "search", "reindex").await;
    db.execute("drop index users_search_idx").await;
    fails(db.call(&["doctor"]), "search", "migrate").await;
    db.execute("drop extension pg_trgm").await;
    fails(db.call(&["doctor"]), "search", "create extension").await;
}

#[tokio::test]
async fn a_role_that_lacks_a_grant_fails() {
    let db = TestDb::empty().await;
    let migrate = db
        .call(&["migrate"])
        .env("HALLPASS_APP_PASSWORD", APP_PASSWORD);
    migrate.run().await.succeeded();
    db.create("root@example.com", "admin").await;
    db.execute("revoke insert on audit_events from hallpass_app")
        .await;
    let call = db.call(&["doctor"]).env("DATABASE_URL", &db.app_url());
    fails(call, "leastPrivilege", "hallpass migrate").await;
}

#[tokio::test]
async fn a_direct_connection_that_cannot_migrate_is_reported() {
    let db = TestDb::empty().await;
    let migrate = db
        .call(&["migrate"])
        .env("HALLPASS_APP_PASSWORD", APP_PASSWORD);
    migrate.run().await.succeeded();
    db.create("root@example.com", "admin").await;
    let call = db
        .call(&["doctor", "--json"])
        .env("DATABASE_URL", &db.app_url());
    let report = call.run().await.json();
    let direct = check(&report, "directConnection");
    assert_eq!(direct["status"], "warning");
    assert!(direct["detail"].as_str().unwrap().contains("hallpass_app"));
    let other = TestDb::empty().await;
    let elsewhere = db
        .call(&["doctor"])
        .env("DATABASE_URL_UNPOOLED", &other.url());
    fails(elsewhere, "directConnection", "DATABASE_URL_UNPOOLED").await;
}

#[tokio::test]
async fn a_read_only_database_fails_and_the_test_write_is_rolled_back() {
    let db = TestDb::administered().await;
    let counters = "select count(*) from hallpass.login_throttle";
    let report = db.run(&["doctor", "--json"]).await.json();
    assert_eq!(check(&report, "writes")["status"], "ok");
    assert_eq!(db.value::<i64>(counters).await, 0);
    db
        .execute("do $$ begin execute format('alter database %I set default_transaction_read_only = on', current_database()); end $$")
        .await;
    let outcome = db.run(&["doctor", "--json"]).await;
    assert_eq!(outcome.code, 1);
    let report = parsed(&outcome);
    let writes = check(&report, "writes");
    assert_eq!(writes["status"], "failure");
    assert!(
        writes["action"]
            .as_str()
            .unwrap()
            .contains("read-only mode"),
        "{writes}"
    );
}
