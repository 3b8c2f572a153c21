//! Tests of `hallpass review`, `capacity`, `metrics` and `secrets`.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use crate::purge::OF_TIME;
use crate::test_db::{APP_PASSWORD, TestDb, hallpass};

fn find<'r>(list: &'r Value, key: &str, value: &str) -> &'r Value {
    let found = list
        .as_array()
        .unwrap()
        .iter()
        .find(|one| one[key] == value);
    found.unwrap_or_else(|| panic!("no {value} in {list:#}"))
}

#[tokio::test]
async fn users_with_permissions_and_inactive_ones_are_listed() {
    let db = TestDb::administered().await;
    for (email, role) in [
        ("seen@example.com", "admin"),
        ("gone@example.com", "manager"),
        ("off@example.com", "viewer"),
        ("nobody@example.com", "user"),
    ] {
        db.create(email, role).await;
    }
    db
        .execute(
            "update users set last_login_at = now() - interval '89 days' where email = 'seen@example.com';
             update users set last_login_at = now() - interval '91 days' where email = 'gone@example.com';
             update users set is_active = false where email = 'off@example.com'",
        )
        .await;
    let outcome = db.run(&["review", "access", "--json"]).await;
    let report = outcome.report(8);
    let holder = |email: &str| find(&report["holders"], "email", email).clone();
    assert_eq!(
        holder("root@example.com")["findings"],
        json!(["never_signed_in"])
    );
    assert_eq!(holder("seen@example.com")["findings"], json!([]));
    assert_eq!(holder("gone@example.com")["findings"], json!(["inactive"]));
    assert_eq!(holder("off@example.com")["findings"], json!([]));
    let manager = json!(["sessions:revoke", "users:read", "users:write"]);
    assert_eq!(holder("gone@example.com")["permissions"], manager);
    assert_eq!(report["holders"].as_array().unwrap().len(), 4);
    assert_eq!(report["permissions"]["users:write"], 3);
    assert_eq!(report["permissions"]["system:operate"], 2);
    let people = db.run(&["review", "access"]).await;
    assert!(people.stdout.contains("never signed in"), "{people:#?}");
    db.execute("update users set last_login_at = now()").await;
    let report = db.run(&["review", "access", "--json"]).await.report(0);
    assert_eq!(report["isBreached"], false);
    let soon = ["review", "access", "--inactive", "1s", "--json"];
    db.execute("update users set last_login_at = now() - interval '1 minute'")
        .await;
    db.run(&soon).await.report(8);
}

#[tokio::test]
async fn unused_links_are_listed_until_they_are_used() {
    let db = TestDb::administered().await;
    let links = async || {
        let outcome = db.run(&["review", "access", "--json"]).await;
        let report: Value = serde_json::from_str(&outcome.stdout).unwrap();
        let links = report["pendingLinks"].as_array().unwrap().clone();
        let of = |link: &Value| json!([link["email"], link["isFirst"]]);
        links.iter().map(of).collect::<Vec<_>>()
    };
    assert_eq!(links().await, [json!(null); 0]);
    let create = [
        "users",
        "create",
        "--email",
        "new@example.com",
        "--name",
        "N",
    ];
    db.run(&create).await.succeeded();
    let again = ["users", "set-password", "root@example.com", "--link"];
    db.run(&again).await.succeeded();
    let both = [
        json!(["root@example.com", false]),
        json!(["new@example.com", true]),
    ];
    assert_eq!(links().await, both);
    let set = [
        "users",
        "set-password",
        "root@example.com",
        "--password-stdin",
    ];
    let set = db.call(&set).input("zebra umbrella note\n");
    set.run().await.succeeded();
    assert_eq!(links().await, both[1..]);
    db.execute(OF_TIME).await;
    let older = "alter table audit_events disable trigger all;
        update audit_events set occurred_at = now() - interval '73 hours', id = id_of(now() - interval '73 hours');
        alter table audit_events enable trigger all";
    db.execute(older).await;
    assert_eq!(links().await, [json!(null); 0]);
}

/// The same number of users, sessions and events in the last 30 days and before. Autovacuum is off, because it adds
/// pages for the free space map and the visibility map, so that two statements would see different sizes.
const USE: &str = "
    alter table users set (autovacuum_enabled = off, toast.autovacuum_enabled = off);
    update _sqlx_migrations set installed_on = now() - interval '200 days';
    insert into users (id, email, email_normalized, name, name_normalized, created_at)
    select id_of(at), 'u' || i, 'u' || i, 'U', 'u', at
    from generate_series(1, 2000) as i, lateral (select now() - make_interval(days => case when i <= 1000 then 10 else 100 end) as at) as t;
    insert into sessions (id, user_id, created_at, idle_expires_at, expires_at)
    select id_of(u.created_at), u.id, u.created_at, now(), now() from users u, generate_series(1, 2) where u.email like 'u%';
    insert into audit_events (id, occurred_at, event, severity, subject_id, details)
    select id_of(u.created_at), u.created_at, 'login', 'info', u.id, '{}' from users u, generate_series(1, 3) where u.email like 'u%'";

#[tokio::test]
async fn growth_is_projected_to_the_horizon() {
    let db = TestDb::administered().await;
    db.execute(OF_TIME).await;
    db.execute(USE).await;
    let report = db
        .run(&["capacity", "--horizon", "10m", "--json"])
        .await
        .json();
    let users = find(&report["tables"], "table", "users");
    assert_eq!(users["rows"], 2001);
    // The administrator was created today, and counts as growth.
    assert_eq!(users["rowsPerMonth"], 1001.0);
    assert_eq!(users["projectedRows"], 2001 + 10 * 1001);
    assert_eq!(users["isAssumed"], false);
    let bytes: i64 = db.value("select pg_total_relation_size('users')").await;
    assert_eq!(users["bytes"], bytes);
    #[expect(clippy::cast_precision_loss, reason = "the number is small")]
    let row = bytes as f64 / 2001.0;
    assert!((users["bytesPerRow"].as_f64().unwrap() - row).abs() < 1e-6);
    let sessions = find(&report["tables"], "table", "sessions");
    assert_eq!(sessions["rowsPerMonth"], 2000.0);
    let events = find(&report["tables"], "table", "audit_events");
    // The events of the administrator and of the migration.
    assert_eq!(events["rowsPerMonth"], 3002.0);
    let sum = |field: &str| -> i64 {
        let tables = report["tables"].as_array().unwrap().iter();
        tables.map(|table| table[field].as_i64().unwrap()).sum()
    };
    let grown = sum("projectedBytes") - sum("bytes");
    let projected = report["databaseBytes"].as_i64().unwrap() + grown;
    assert_eq!(report["projectedBytes"], projected);
    let tight = ["capacity", "--storage", "14MB", "--json"];
    let report = db.run(&tight).await.report(8);
    let months = report["monthsUntilFull"].as_f64().unwrap();
    assert!((0.0..12.0).contains(&months), "{report:#}");
    let roomy = ["capacity", "--storage", "1TB", "--json"];
    assert_eq!(db.run(&roomy).await.json()["monthsUntilFull"], Value::Null);
    let people = db.run(&["capacity"]).await.succeeded();
    assert!(people.stdout.contains("in 12 months"), "{people:#?}");
}

#[tokio::test]
async fn growth_of_a_young_database_is_measured_since_its_first_migration() {
    let db = TestDb::administered().await;
    let report = db.run(&["capacity", "--json"]).await.json();
    assert_eq!(report["observedDays"], 1.0);
    let users = find(&report["tables"], "table", "users");
    assert_eq!(users["rowsPerMonth"], 30.0);
    assert_eq!(users["isAssumed"], true);
}

#[tokio::test]
async fn metrics_match_the_database_in_both_formats() {
    let db = TestDb::administered().await;
    db.execute(OF_TIME).await;
    let life = "insert into audit_events (id, occurred_at, event, severity, details)
        select id_of(at), at, 'login_failed', 'warning', '{}'
        from (values (10), (50), (70), (80000), (90000)) as ago (s), lateral (select now() - make_interval(secs => s) as at) as t";
    db.execute(life).await;
    let report = db.run(&["metrics", "--json"]).await.json();
    let value = |name: &str| find(&report["metrics"], "name", name)["value"].clone();
    assert_eq!(value("hallpass_failed_sign_ins_1m"), 2.0);
    assert_eq!(value("hallpass_failed_sign_ins_1d"), 4.0);
    assert_eq!(value("hallpass_administrators"), 1.0);
    assert_eq!(value("hallpass_schema_current"), 1.0);
    let outcome = db.run(&["metrics", "--openmetrics"]).await.succeeded();
    let text = outcome.stdout;
    assert!(text.ends_with("# EOF\n"));
    assert!(text.contains("\nhallpass_failed_sign_ins_1d 4\n"), "{text}");
    assert!(
        text.contains("\nhallpass_connections{scope=\"server\"} "),
        "{text}"
    );
    let types: Vec<_> = text
        .lines()
        .filter(|line| line.starts_with("# TYPE"))
        .collect();
    let mut once = types.clone();
    once.dedup();
    once.sort_unstable();
    once.dedup();
    assert_eq!(
        types.len(),
        once.len(),
        "each family stands together: {text}"
    );
    let both = ["metrics", "--openmetrics", "--json"];
    assert_eq!(db.run(&both).await.code, 2);
}

#[tokio::test]
async fn a_new_secret_has_32_random_bytes_and_is_accepted() {
    let fresh = async || hallpass(&["secrets", "new"]).run().await.succeeded().stdout;
    let (first, second) = (fresh().await, fresh().await);
    assert_ne!(first, second);
    for secret in [&first, &second] {
        assert_eq!(STANDARD.decode(secret.trim()).unwrap().len(), 32);
    }
    let db = TestDb::administered().await;
    let call = db.call(&["doctor", "--json"]);
    call.env("HALLPASS_SECRET", first.trim()).run().await.json();
}

#[tokio::test]
async fn the_webhook_secret_depends_on_the_environment() {
    let db = TestDb::administered().await;
    let printed = async |environment: &str| {
        let call = db.call(&["secrets", "webhook"]);
        let outcome = call.env("VERCEL_ENV", environment).run().await;
        outcome.succeeded().stdout.trim().to_owned()
    };
    let (here, preview) = (printed("test").await, printed("preview").await);
    let config = hallpass_core::Config::read(&|name| match name {
        "HALLPASS_SECRET" => Some(crate::test_db::SECRET.to_owned()),
        "DATABASE_URL" => Some("postgres://127.0.0.1/none".to_owned()),
        "VERCEL_ENV" => Some("test".to_owned()),
        _ => None,
    });
    let keys = hallpass_core::keys::Keys::new(&config.unwrap());
    assert_eq!(
        here,
        hallpass_core::monitoring::alerts::secret(&keys.current)
    );
    assert_ne!(here, preview);
    assert!(here.starts_with("whsec_"));
    let error = hallpass(&["secrets", "webhook", "--json"])
        .run()
        .await
        .failed(3);
    assert!(error["errors"].to_string().contains("HALLPASS_SECRET"));
}

#[tokio::test]
async fn the_functions_role_without_a_secret_is_enough() {
    let db = TestDb::administered().await;
    let migrate = db
        .call(&["migrate"])
        .env("HALLPASS_APP_PASSWORD", APP_PASSWORD);
    migrate.run().await.succeeded();
    for (arguments, code) in [
        // The administrator has never signed in, which is a finding.
        (["review", "access"].as_slice(), 8),
        (&["capacity"], 0),
        (&["metrics"], 0),
    ] {
        let call = hallpass(arguments).env("DATABASE_URL", &db.app_url());
        let outcome = call.run().await;
        assert_eq!(outcome.code, code, "{outcome:#?}");
    }
    let empty = TestDb::empty().await;
    for arguments in [
        ["review", "access", "--json"].as_slice(),
        &["capacity", "--json"],
        &["metrics", "--json"],
    ] {
        let error = empty.run(arguments).await.failed(4);
        assert_eq!(error["code"], "not_migrated", "{arguments:?}");
    }
}
