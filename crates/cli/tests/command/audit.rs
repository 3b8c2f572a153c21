//! Tests of `hallpass audit`: which events are shown, and which are suspicious.

use serde_json::{Value, json};

use crate::purge::OF_TIME;
use crate::test_db::{APP_PASSWORD, TestDb, hallpass};

async fn people() -> TestDb {
    let db = TestDb::administered().await;
    db.execute(OF_TIME).await;
    for email in ["ada@example.com", "bob@example.com"] {
        db.create(email, "user").await;
    }
    db
}

fn texts(list: &Value, field: &str) -> Vec<String> {
    let items = list.as_array().unwrap().iter();
    items
        .map(|item| item[field].as_str().unwrap().to_owned())
        .collect()
}

async fn recent(db: &TestDb, arguments: &[&str]) -> Value {
    let call = db.call(&["audit", "recent", "--json"]).args(arguments);
    call.run().await.json()["items"].clone()
}

#[tokio::test]
async fn events_are_shown_newest_first_and_filtered() {
    let db = people().await;
    let roles = ["users", "set-roles", "ada@example.com", "--role", "viewer"];
    db.run(&roles).await.succeeded();
    db
        .execute(
            "insert into audit_events (id, occurred_at, event, severity, subject_id, ip, details)
            select id_of(at), at, 'login_failed', 'warning', u.id, '192.0.2.1', '{\"reason\": \"wrong_password\"}'
            from users u, (values (now() - interval '8 days'), (now() - interval '1 day')) as t (at)
            where u.email = 'bob@example.com'",
        )
        .await;
    let all = recent(&db, &[]).await;
    let created = "user_created";
    let expected = [
        "user_roles_changed",
        created,
        created,
        created,
        "schema_migrated",
        "login_failed",
    ];
    assert_eq!(texts(&all, "event"), expected);
    assert_eq!(all[0]["userEmail"], "ada@example.com");
    assert_eq!(all[0]["requestId"], "users set-roles");
    assert_eq!(all[0]["details"]["roles"], json!(["viewer"]));
    assert_eq!(all[5]["ip"], "192.0.2.1");
    assert_eq!(
        recent(&db, &["--since", "9d"])
            .await
            .as_array()
            .unwrap()
            .len(),
        7
    );
    let changes = recent(&db, &["--changes"]).await;
    assert_eq!(texts(&changes, "event"), expected[..4]);
    let failed = recent(&db, &["--event", "login_failed", "--event", "login"]).await;
    assert_eq!(texts(&failed, "event"), ["login_failed"]);
    let warnings = recent(&db, &["--severity", "warning"]).await;
    assert_eq!(warnings, failed);
    let ada = recent(&db, &["--user", "ADA@example.com"]).await;
    assert_eq!(texts(&ada, "event"), ["user_roles_changed", created]);
    let id = ada[0]["userId"].as_str().unwrap();
    assert_eq!(recent(&db, &["--user", id]).await, ada);
    assert_eq!(recent(&db, &["--limit", "1"]).await, json!([all[0]]));
    let nobody = ["audit", "recent", "--json", "--user", "x@example.com"];
    assert_eq!(db.run(&nobody).await.failed(5)["code"], "not_found");
    let wrong = ["audit", "recent", "--changes", "--event", "login"];
    assert_eq!(db.run(&wrong).await.code, 2);
    let table = db.run(&["audit", "recent"]).await.succeeded();
    assert!(
        table.stdout.contains("hallpass users set-roles"),
        "{table:#?}"
    );
    assert!(table.stdout.contains("! login_failed"), "{table:#?}");
}

/// SQL that inserts failed sign-ins: their number, the interval in seconds, the account (null if no user has the
/// address), and the network.
fn fail(number: u32, seconds: f64, account: &str, network: &str) -> String {
    format!(
        "insert into audit_events (id, occurred_at, event, severity, subject_id, ip, details)
        select id_of(at), at, 'login_failed', 'warning', (select id from users where email = '{account}'),
            ({network})::inet, '{{}}'
        from generate_series(1, {number}) as i, lateral (select now() - interval '2 hours' + make_interval(secs => i * {seconds}) as at) as t;"
    )
}

async fn found(db: &TestDb, life: &[String]) -> (i32, Value) {
    for sql in life {
        db.execute(sql).await;
    }
    let outcome = db.run(&["audit", "suspicious", "--json"]).await;
    let report: Value = serde_json::from_str(&outcome.stdout).expect("JSON");
    assert_eq!(report["isBreached"], outcome.code == 8, "{outcome:#?}");
    (outcome.code, report["findings"].clone())
}

/// Makes the accounts older than the examined period. Otherwise the new administrator would be a finding.
async fn quiet() -> TestDb {
    let db = people().await;
    let long_ago = "alter table audit_events disable trigger all;
        update audit_events set occurred_at = now() - interval '3 days', id = id_of(now() - interval '3 days');
        alter table audit_events enable trigger all";
    db.execute(long_ago).await;
    db
}

#[tokio::test]
async fn a_few_failed_sign_ins_are_not_suspicious() {
    let db = quiet().await;
    let life = [
        // Ten failures within a minute do not exceed the threshold of ten.
        fail(10, 6.0, "ada@example.com", "'192.0.2.1'"),
        fail(4, 300.0, "nobody@example.com", "'192.0.2.2'"),
        fail(4, 300.0, "bob@example.com", "'192.0.2.' || 10 + i"),
    ];
    assert_eq!(found(&db, &life).await, (0, json!([])));
    let people = db.run(&["audit", "suspicious"]).await.succeeded();
    assert_eq!(people.stdout, "Nothing suspicious in the last 1 d 0 h.\n");
}

#[tokio::test]
async fn more_than_ten_failures_in_a_minute_are_suspicious() {
    let db = quiet().await;
    let life = [fail(11, 5.9, "ada@example.com", "'192.0.2.' || i % 2")];
    let (code, findings) = found(&db, &life).await;
    assert_eq!(code, 8);
    assert_eq!(texts(&findings, "kind"), ["failed_sign_ins"]);
    assert_eq!(findings[0]["details"]["mostInAMinute"], 11);
    assert_eq!(findings[0]["count"], 11);
}

#[tokio::test]
async fn guessing_at_one_account_from_one_network_is_suspicious_despite_the_rate_limit() {
    let db = quiet().await;
    let life = [
        // Eleven failures within an hour, from two networks; the eleven of the other account take longer than an hour.
        fail(11, 350.0, "ada@example.com", "'2001:db8:1:2::' || i"),
        fail(10, 350.0, "ada@example.com", "'192.0.2.1'"),
        fail(11, 370.0, "bob@example.com", "'192.0.2.2'"),
    ];
    let (code, findings) = found(&db, &life).await;
    assert_eq!(code, 8);
    assert_eq!(texts(&findings, "kind"), ["one_account_one_network"]);
    assert_eq!(findings[0]["userEmail"], "ada@example.com");
    assert_eq!(findings[0]["network"], "2001:db8:1:2::/64");
    assert_eq!(findings[0]["details"]["mostInAnHour"], 11);
    let people = db.run(&["audit", "suspicious"]).await;
    assert!(people.stdout.contains("firewall"), "{people:#?}");
}

#[tokio::test]
async fn one_network_at_many_accounts_and_many_networks_at_one_account_are_suspicious() {
    let db = quiet().await;
    let life = [
        // All of these addresses belong to one IPv6 network.
        fail(5, 100.0, "nobody@example.com", "'2001:db8:1:2::' || i"),
        fail(5, 100.0, "bob@example.com", "'192.0.2.' || i"),
    ];
    let (code, findings) = found(&db, &life).await;
    assert_eq!(code, 8);
    let mut kinds = texts(&findings, "kind");
    kinds.sort();
    assert_eq!(
        kinds,
        ["one_account_many_networks", "one_network_many_accounts"]
    );
    let of = |kind: &str| {
        let all = findings.as_array().unwrap().iter();
        all.clone().find(|one| one["kind"] == kind).unwrap().clone()
    };
    let network = of("one_network_many_accounts");
    assert_eq!(network["network"], "2001:db8:1:2::/64");
    assert_eq!(network["details"]["unknownAddresses"], 5);
    assert_eq!(
        of("one_account_many_networks")["userEmail"],
        "bob@example.com"
    );
}

fn signed_in(account: &str, ago: &str, network: &str, agent: &str) -> String {
    format!(
        "insert into audit_events (id, occurred_at, event, severity, actor_id, subject_id, ip, user_agent, details)
        select id_of(at), at, 'login', 'info', u.id, u.id, '{network}', '{agent}', '{{}}'
        from users u, lateral (select now() - interval '{ago}' as at) as t where u.email = '{account}'"
    )
}

#[tokio::test]
async fn a_sign_in_after_failures_is_critical_unless_it_is_from_another_network() {
    let db = quiet().await;
    let life = [
        fail(5, 60.0, "ada@example.com", "'192.0.2.1'"),
        signed_in("ada@example.com", "90 minutes", "192.0.2.99", "browser"),
    ];
    assert_eq!(found(&db, &life).await.0, 0);
    let life = [signed_in(
        "ada@example.com",
        "80 minutes",
        "192.0.2.1",
        "browser",
    )];
    let (code, findings) = found(&db, &life).await;
    assert_eq!(code, 8);
    assert_eq!(texts(&findings, "kind"), ["sign_in_after_failures"]);
    assert_eq!(findings[0]["severity"], "critical");
    assert_eq!(findings[0]["count"], 5);
    let people = db.run(&["audit", "suspicious"]).await;
    assert!(
        people.stdout.contains("deactivate ada@example.com"),
        "{people:#?}"
    );
}

#[tokio::test]
async fn a_reused_refresh_token_and_a_new_administrator_are_suspicious() {
    let db = quiet().await;
    let roles = |role: &'static str| ["users", "set-roles", "bob@example.com", "--role", role];
    db.run(&roles("viewer")).await.succeeded();
    db.run(&roles("admin")).await.succeeded();
    // Bob is an administrator already, so this change is no finding.
    let more = [&roles("admin")[..], &["--role", "viewer"]].concat();
    db.run(&more).await.succeeded();
    let reuse = "insert into audit_events (id, occurred_at, event, severity, subject_id, details)
        select id_of(now()), now(), 'refresh_reuse', 'critical', id, '{}' from users where email = 'ada@example.com'";
    let (code, findings) = found(&db, &[reuse.to_owned()]).await;
    assert_eq!(code, 8);
    assert_eq!(texts(&findings, "kind"), ["refresh_reuse", "admin_granted"]);
    assert_eq!(
        texts(&findings, "userEmail"),
        ["ada@example.com", "bob@example.com"]
    );
    assert_eq!(findings[1]["details"]["by"], "the operator");
}

#[tokio::test]
async fn a_new_device_of_a_privileged_user_is_reported_as_info() {
    let db = quiet().await;
    let root = "root@example.com";
    let life = [
        // Ada has no permissions. A user who signs in for the first time has no earlier device to compare with.
        signed_in("ada@example.com", "3 days", "192.0.2.1", "old"),
        signed_in("ada@example.com", "3 hours", "192.0.2.1", "new"),
        signed_in(root, "3 hours", "192.0.2.1", "old"),
    ];
    assert_eq!(found(&db, &life).await, (0, json!([])));
    let life = [
        signed_in(root, "30 days", "192.0.2.1", "old"),
        signed_in(root, "2 hours", "192.0.2.1", "old"),
        signed_in(root, "1 hour", "192.0.2.1", "new"),
    ];
    let (code, findings) = found(&db, &life).await;
    assert_eq!(code, 0);
    assert_eq!(texts(&findings, "kind"), ["new_device"]);
    assert_eq!(findings[0]["details"]["userAgent"], "new");
}

#[tokio::test]
async fn the_functions_role_without_a_secret_is_enough() {
    let db = people().await;
    let migrate = db
        .call(&["migrate"])
        .env("HALLPASS_APP_PASSWORD", APP_PASSWORD);
    migrate.run().await.succeeded();
    for (command, code) in [("recent", 0), ("suspicious", 8)] {
        let call = hallpass(&["audit", command]).env("DATABASE_URL", &db.app_url());
        let outcome = call.run().await;
        // The administrator of this test is new, which is a finding.
        assert_eq!(outcome.code, code, "{outcome:#?}");
    }
    let empty = TestDb::empty().await;
    let error = empty
        .run(&["audit", "suspicious", "--json"])
        .await
        .failed(4);
    assert_eq!(error["code"], "not_migrated");
}
