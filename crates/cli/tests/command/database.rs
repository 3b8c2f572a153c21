//! Tests of `hallpass db`: connections, slow, sizes, indexes, analyze.

use hallpass_test_support::{Call, environment::path, eventually};
use serde_json::Value;
use sqlx::postgres::PgConnection;
use sqlx::{Connection as _, Executor as _};

use crate::test_db::{APP_PASSWORD, SECRET, TestDb, hallpass};

fn named<'r>(list: &'r Value, key: &str, name: &str) -> &'r Value {
    let found = list.as_array().unwrap().iter().find(|one| one[key] == name);
    found.unwrap_or_else(|| panic!("no {name} in {list:#}"))
}

/// A database with a separate role for the functions.
async fn granted() -> TestDb {
    let db = TestDb::empty().await;
    let migrate = db
        .call(&["migrate"])
        .env("HALLPASS_APP_PASSWORD", APP_PASSWORD);
    migrate.run().await.succeeded();
    db
}

fn as_app(db: &TestDb, arguments: &[&str]) -> Call {
    db.call(arguments).env("DATABASE_URL", &db.app_url())
}

#[tokio::test]
async fn connections_are_grouped_and_the_longest_transaction_is_shown() {
    let db = TestDb::migrated().await;
    let url = format!("{}?application_name=sleeper", db.url());
    let mut sleeper = PgConnection::connect(&url).await.unwrap();
    sleeper.execute("begin; select 1").await.unwrap();
    let report = db.run(&["db", "connections", "--json"]).await.json();
    let group = named(&report["connections"], "application", "sleeper");
    assert_eq!(group["state"], "idle in transaction");
    assert_eq!(group["connections"], 1);
    assert!(group["longestTransactionSeconds"].as_f64().unwrap() > 0.0);
    let longest = report["longestTransactionSeconds"].as_f64().unwrap();
    assert!(longest >= group["longestTransactionSeconds"].as_f64().unwrap());
    let server = named(&report["limits"], "scope", "server");
    assert!(server["limit"].as_i64().unwrap() > 10);
    assert!(server["used"].as_i64().unwrap() >= 2);
    let people = db.run(&["db", "connections"]).await.succeeded();
    assert!(people.stdout.contains("sleeper"), "{people:#?}");
}

/// It takes a moment until the server notices that a client is gone.
async fn until_others_are_gone(held: &mut [PgConnection]) {
    let here = "select count(*) from pg_stat_activity where datname = current_database()";
    let most = i64::try_from(held.len()).unwrap();
    eventually("the other connections are closed", async || {
        let here = sqlx::query_scalar::<_, i64>(here).fetch_one(&mut held[0]);
        here.await.unwrap() <= most
    })
    .await;
}

#[tokio::test]
async fn a_connection_limit_above_its_threshold_exits_with_8() {
    let db = TestDb::migrated().await;
    let limited = "do $$ begin execute format('alter database %I connection limit 5', current_database()); end $$";
    db.execute(limited).await;
    let mut held = Vec::new();
    for _ in 0..4 {
        held.push(db.connect().await);
    }
    until_others_are_gone(&mut held).await;
    let outcome = db.run(&["db", "connections", "--json"]).await;
    assert_eq!(outcome.code, 8, "{outcome:#?}");
    let report: Value = serde_json::from_str(&outcome.stdout).unwrap();
    let database = named(&report["limits"], "scope", "database");
    assert_eq!(database["used"], 5);
    assert_eq!(database["percent"], 100);
    assert_eq!(database["isBreached"], true);
    until_others_are_gone(&mut held).await;
    let people = db.run(&["db", "connections"]).await;
    assert_eq!(people.code, 8);
    assert!(people.stdout.contains("over 80 %"), "{people:#?}");
    // 80 % do not exceed the threshold; more do.
    held.pop();
    until_others_are_gone(&mut held).await;
    db.run(&["db", "connections"]).await.succeeded();
}

#[tokio::test]
async fn the_functions_role_sees_connections_and_a_note_about_hidden_states() {
    let db = granted().await;
    let _owner = db.connect().await;
    let outcome = as_app(&db, &["db", "connections"]).run().await.succeeded();
    assert!(outcome.stdout.contains("hidden"), "{outcome:#?}");
    assert!(
        outcome
            .stderr
            .contains("grant pg_read_all_stats to hallpass_app")
    );
    for arguments in [["db", "sizes", "--json"], ["db", "indexes", "--json"]] {
        as_app(&db, &arguments).run().await.json();
    }
}

#[tokio::test]
async fn slow_statements_are_shown_without_passwords() {
    let db = granted().await;
    let missing = db.run(&["db", "slow", "--json"]).await.failed(1);
    assert_eq!(missing["code"], "extension_missing");
    let step = missing["nextStep"].as_str().unwrap();
    assert!(
        step.contains("create extension pg_stat_statements"),
        "{step}"
    );
    db.execute("create extension pg_stat_statements schema public")
        .await;
    db.execute("select pg_sleep(0.05) as slept_in_the_test")
        .await;
    // In the same way as `hallpass migrate` sets the password.
    db.execute("create role slow_test password 'never to be seen'; drop role slow_test")
        .await;
    let all = ["db", "slow", "--json", "--limit", "100"];
    let report = db.run(&all).await.json();
    let statements = report["statements"].as_array().unwrap();
    let slept = |one: &Value| one["query"].as_str().unwrap().contains("slept_in_the_test");
    let slept = statements.iter().find(|one| slept(one)).unwrap();
    assert_eq!(slept["calls"], 1);
    assert!(slept["meanMilliseconds"].as_f64().unwrap() >= 50.0);
    assert!(!report.to_string().contains("never to be seen"));
    let mean = ["db", "slow", "--json", "--sort", "mean", "--limit", "1"];
    let report = db.run(&mean).await.json();
    assert_eq!(report["statements"].as_array().unwrap().len(), 1);
    let calls = ["db", "slow", "--json", "--sort", "calls", "--limit", "100"];
    let report = db.run(&calls).await.json();
    let calls: Vec<_> = report["statements"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["calls"].as_i64().unwrap())
        .collect();
    assert!(calls.is_sorted_by(|a, b| a >= b), "{calls:?}");
    let people = db.run(&["db", "slow"]).await.succeeded();
    assert!(people.stdout.contains("Recorded since"));
}

#[tokio::test]
async fn sizes_are_those_of_the_server() {
    let db = TestDb::administered().await;
    db.execute(
        "insert into settings select true where false; update users set name = repeat('x', 1000)",
    )
    .await;
    db.execute("analyze users").await;
    let report = db.run(&["db", "sizes", "--json"]).await.json();
    let users = named(&report["tables"], "name", "users");
    assert_eq!(users["rowsEstimated"], 1);
    assert!(users["analyzedAt"].is_string());
    let total: i64 = db.value("select pg_total_relation_size('users')").await;
    assert_eq!(users["totalBytes"], total);
    let parts =
        ["tableBytes", "indexBytes", "toastBytes"].map(|part| users[part].as_i64().unwrap());
    assert_eq!(parts.iter().sum::<i64>(), total);
    let never = named(&report["tables"], "name", "sessions");
    assert_eq!(never["rowsEstimated"], Value::Null);
    let people = db.run(&["db", "sizes"]).await.succeeded();
    assert!(people.stdout.contains("Database size"));
}

#[tokio::test]
async fn unused_invalid_and_duplicate_indexes_are_reported() {
    let db = TestDb::administered().await;
    let report = db.run(&["db", "indexes", "--json"]).await.json();
    let primary = named(&report["indexes"], "name", "users_pkey");
    assert_eq!(primary["isUnused"], false);
    for index in report["indexes"].as_array().unwrap() {
        assert_eq!(index["duplicateOf"], Value::Null, "{index}");
    }
    db.execute(
        "create index again on users (created_at desc, id desc);
             create index ascending on users (created_at, id);
             create index part on users (created_at desc, id desc) where is_active",
    )
    .await;
    let outcome = db.run(&["db", "indexes", "--json"]).await;
    assert_eq!(outcome.code, 8);
    let report: Value = serde_json::from_str(&outcome.stdout).unwrap();
    let again = named(&report["indexes"], "name", "again");
    assert_eq!(again["duplicateOf"], "users_newest_idx");
    assert_eq!(again["isUnused"], true);
    for other in ["users_newest_idx", "ascending", "part"] {
        let other = named(&report["indexes"], "name", other);
        assert_eq!(other["duplicateOf"], Value::Null, "{other}");
    }
    db
        .execute("drop index again; update pg_index set indisvalid = false where indexrelid = 'part'::regclass")
        .await;
    let outcome = db.run(&["db", "indexes"]).await;
    assert_eq!(outcome.code, 8);
    assert!(
        outcome
            .stdout
            .contains("reindex index concurrently hallpass.part")
    );
}

#[tokio::test]
async fn analyze_updates_the_planner_statistics() {
    let db = TestDb::administered().await;
    let known = "select reltuples::bigint from pg_class where oid = 'users'::regclass";
    let dry = ["db", "analyze", "--dry-run", "--json"];
    let report = db.run(&dry).await.json();
    let users = named(&report["tables"], "name", "users");
    assert_eq!(users["milliseconds"], Value::Null);
    assert_eq!(db.value::<i64>(known).await, -1);
    let told = "select count(*) from audit_events where event = 'tables_analyzed' and details -> 'tables' ? 'users'";
    assert_eq!(db.value::<i64>(told).await, 0);
    let report = db.run(&["db", "analyze", "--json"]).await.json();
    assert!(named(&report["tables"], "name", "users")["milliseconds"].is_u64());
    assert_eq!(db.value::<i64>(known).await, 1);
    assert_eq!(db.value::<i64>(told).await, 1);
    let people = db.run(&["db", "analyze"]).await.succeeded();
    assert!(people.stderr.contains("analyzing sessions"), "{people:#?}");
    let granted = granted().await;
    let error = as_app(&granted, &["db", "analyze", "--json"]).run().await;
    let error = error.failed(1);
    assert!(
        error["nextStep"]
            .as_str()
            .unwrap()
            .contains("DATABASE_URL_UNPOOLED")
    );
}

#[tokio::test]
async fn every_db_command_reports_an_unavailable_database() {
    let one = async |command: &'static str| {
        let call = hallpass(&["db", command, "--json"]);
        let error = call.run().await.failed(3);
        assert_eq!(error["code"], "configuration", "{command}");
        let call = hallpass(&["db", command, "--json"])
            .env("HALLPASS_SECRET", SECRET)
            .env("DATABASE_URL", "postgres://somebody@127.0.0.1:1/nowhere");
        let error = call.run().await.failed(4);
        assert_eq!(error["code"], "database_unavailable", "{command}");
    };
    // Each command waits until its timeout, so they run concurrently.
    tokio::join!(
        one("connections"),
        one("slow"),
        one("sizes"),
        one("indexes"),
        one("analyze"),
        one("purge")
    );
}

#[tokio::test]
async fn psql_gets_its_connection_in_variables() {
    let db = TestDb::migrated().await;
    let ask = "select current_database(), current_setting('application_name')";
    let psql = ["db", "psql", "--no-psqlrc", "-Atc", ask];
    // If the command passed this variable on, psql would use it instead of the database's own.
    let asked = db
        .call(&psql)
        .env("PATH", &path())
        .env("PGHOSTADDR", "192.0.2.1");
    let name: String = db.value("select current_database()").await;
    let said = asked.run().await.succeeded().stdout;
    assert_eq!(said.trim(), format!("{name}|hallpass"));
    let wrong = ["--json", "db", "psql", "--no-psqlrc", "-c", "select no"];
    let outcome = db.call(&wrong).env("PATH", &path()).run().await;
    assert!(outcome.stderr.contains("\"no\" does not exist"));
    assert_eq!(outcome.code, 1);
    let missing = ["db", "psql", "--version"];
    let outcome = db.call(&missing).env("PATH", "").run().await;
    assert!(
        outcome.stderr.contains("psql is not on the PATH"),
        "{outcome:#?}"
    );
}
