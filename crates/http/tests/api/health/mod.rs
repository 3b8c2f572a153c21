//! GET /health and GET /api/health

mod metrics;
mod system;

use std::collections::BTreeMap;

use hallpass_core::schema;
use serde_json::{Value, json};
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use crate::support::{PASSWORD, TestApp};

/// Names and types of the fields, on which monitors rely.
const FIELDS: [(&str, &str); 10] = [
    ("environment", "string"),
    ("schema.current", "number"),
    ("schema.expected", "number"),
    ("services.database", "string"),
    ("services.memory.total", "number"),
    ("services.memory.used", "number"),
    ("status", "string"),
    ("timestamp", "string"),
    ("uptime", "number"),
    ("version", "string"),
];

fn types(value: &Value, path: &str, found: &mut BTreeMap<String, &'static str>) {
    let kind = match value {
        Value::Object(fields) => {
            for (name, value) in fields {
                let path = if path.is_empty() {
                    name.clone()
                } else {
                    format!("{path}.{name}")
                };
                types(value, &path, found);
            }
            return;
        }
        Value::String(_) => "string",
        Value::Number(_) => "number",
        Value::Null => "null",
        _ => "other",
    };
    found.insert(path.to_owned(), kind);
}

#[track_caller]
fn expect_fields(body: &Value, fields: &[(&str, &str)]) {
    let mut found = BTreeMap::new();
    types(body, "", &mut found);
    let fields = fields
        .iter()
        .map(|(path, kind)| ((*path).to_owned(), *kind));
    assert_eq!(found, fields.collect());
}

#[tokio::test]
async fn a_healthy_system_reports_exactly_the_documented_fields() {
    let app = TestApp::new().await;
    for path in ["/health", "/api/health"] {
        let answer = app.get(path).send().await;
        let body = answer.expect(200);
        expect_fields(&body, &FIELDS);
        assert_eq!(body["status"], "healthy");
        assert_eq!(body["environment"], "test");
        assert_eq!(body["services"]["database"], "connected");
        assert_eq!(body["version"], env!("CARGO_PKG_VERSION"));
        // Not `==`: the suite of an older release is also run on the schema of a newer one.
        assert!(body["schema"]["current"].as_i64() >= body["schema"]["expected"].as_i64());
        assert!(body["uptime"].as_f64().unwrap() > 0.0);
        let memory = &body["services"]["memory"];
        let mebibytes = |name: &str| memory[name].as_f64().unwrap();
        assert!(1.0 < mebibytes("used") && mebibytes("used") < mebibytes("total"));
        assert!(mebibytes("total") < 67_108_864.0, "{memory}");
        for name in ["used", "total"] {
            let text = memory[name].to_string();
            let decimals = text.split_once('.').map(|(_, decimals)| decimals.len());
            assert_eq!(decimals, Some(1), "{memory}");
        }
        let now: OffsetDateTime = app.database.value("select clock_timestamp()").await;
        let said = OffsetDateTime::parse(body["timestamp"].as_str().unwrap(), &Rfc3339).unwrap();
        assert!((now - said).abs() < time::Duration::MINUTE, "{body}");
        assert_eq!(answer.header("cache-control"), Some("no-store"));
        assert_eq!(answer.header("content-type"), Some("application/json"));
    }
}

#[tokio::test]
async fn health_costs_one_statement_and_needs_no_sign_in() {
    let app = TestApp::new().await;
    let before = app.statements().await;
    app.get("/health").send().await.expect(200);
    assert_eq!(app.statements().await - before, 1);
}

#[tokio::test]
async fn health_shows_region_and_commit_if_the_platform_reports_them() {
    let app = TestApp::with(&[
        ("VERCEL_REGION", "fra1"),
        (
            "VERCEL_GIT_COMMIT_SHA",
            "0123456789abcdef0123456789abcdef01234567",
        ),
    ])
    .await;
    let body = app.get("/health").send().await.expect(200);
    assert_eq!(body["region"], "fra1");
    let version = concat!(env!("CARGO_PKG_VERSION"), "+0123456");
    assert_eq!(body["version"], version);
}

#[tokio::test]
async fn t33_without_a_database_health_is_503_with_the_same_fields() {
    let app = TestApp::new().await.cut_off();
    let answer = app.get("/health").send().await;
    let body = answer.expect(503);
    let without_schema = FIELDS.map(|(path, kind)| match path {
        "schema.current" => (path, "null"),
        _ => (path, kind),
    });
    expect_fields(&body, &without_schema);
    assert_eq!(body["status"], "unhealthy");
    assert_eq!(body["services"]["database"], "disconnected");
    assert_eq!(answer.header("content-type"), Some("application/json"));
    assert_eq!(answer.header("cache-control"), Some("no-store"));
    assert_eq!(answer.header("retry-after"), Some("2"));
}

/// Fails unless health reports the system as unhealthy with a connected database, and a sign-in is in fact a 503.
async fn expect_unusable(app: &TestApp) {
    let answer = app.get("/health").send().await;
    let body = answer.expect(503);
    assert_eq!(body["status"], "unhealthy");
    assert_eq!(body["services"]["database"], "connected");
    assert_eq!(answer.header("retry-after"), Some("2"));
    let login = json!({ "email": "ada@example.com", "password": PASSWORD });
    let answer = app.post("/api/login").json(&login).send().await;
    answer.expect_problem(503, "unavailable");
    assert!(answer.header("retry-after").is_some());
}

#[tokio::test]
async fn t38_a_read_only_database_is_unhealthy_and_no_write_is_tried() {
    let app = TestApp::new().await;
    app.get("/health").send().await.expect(200);
    let name = &app.database.name;
    let read_only = format!("alter database {name} set default_transaction_read_only = on");
    app.database.execute(&read_only).await;
    app.hallpass.db.close_idle().await;
    // A pooler's server connections were opened before the setting was changed and do not have it.
    let others = "select count(pg_terminate_backend(pid)) from pg_stat_activity \
        where datname = current_database() and pid <> pg_backend_pid()";
    app.database.value::<i64>(others).await;
    while app.get("/health").send().await.status != 503 {}
    let before = app.statements().await;
    app.get("/health").send().await.expect(503);
    assert_eq!(app.statements().await - before, 1);
    expect_unusable(&app).await;
}

#[tokio::test]
async fn a_role_without_privileges_is_unhealthy() {
    for revoke in [
        "revoke insert on hallpass.users from hallpass_app",
        "revoke update on hallpass.sessions from hallpass_app",
        "revoke all on hallpass._sqlx_migrations, hallpass.users from hallpass_app",
        "revoke usage on schema hallpass from hallpass_app",
    ] {
        let app = TestApp::new().await;
        app.database.execute(revoke).await;
        let body = app.get("/health").send().await.expect(503);
        assert_eq!(body["status"], "unhealthy", "{revoke}");
        assert_eq!(body["services"]["database"], "connected", "{revoke}");
    }
}

#[tokio::test]
async fn a_system_with_an_older_schema_is_degraded_and_serves_requests() {
    let app = TestApp::new().await;
    app.database
        .execute(&format!(
            "delete from _sqlx_migrations where version >= {}",
            schema::expected()
        ))
        .await;
    let body = app.get("/health").send().await.expect(200);
    expect_fields(&body, &FIELDS);
    assert_eq!(body["status"], "degraded");
    assert_eq!(body["services"]["database"], "connected");
    assert!(body["schema"]["current"].as_i64() < body["schema"]["expected"].as_i64());
}

#[tokio::test]
async fn a_failed_migration_does_not_count_as_applied() {
    let app = TestApp::new().await;
    app.database
        .execute(&format!(
            "update _sqlx_migrations set success = false where version >= {}",
            schema::expected()
        ))
        .await;
    assert_eq!(
        app.get("/health").send().await.expect(200)["status"],
        "degraded"
    );
}

#[tokio::test]
async fn a_database_without_the_schema_is_unhealthy() {
    let app = TestApp::new().await;
    app.database.execute("drop schema hallpass cascade").await;
    expect_unusable(&app).await;
    let body = app.get("/health").send().await.expect(503);
    assert_eq!(body["schema"]["current"], Value::Null);
}

#[tokio::test]
async fn a_schema_of_a_later_release_is_healthy() {
    let app = TestApp::new().await;
    app.database
        .execute(
            "insert into _sqlx_migrations (version, description, success, checksum, execution_time)
             values (20991231000001, 'of a later release', true, '', 0)",
        )
        .await;
    let body = app.get("/health").send().await.expect(200);
    assert_eq!(body["status"], "healthy", "a rollback is always safe");
}

/// A later migration number, written by another program, must not hide a missing migration of Hallpass.
#[tokio::test]
async fn a_missing_migration_is_detected_despite_a_later_number() {
    let app = TestApp::new().await;
    let admin = app.signed_in("root@example.com", &["admin"]).await;
    app.database
        .execute(
            "insert into _sqlx_migrations (version, description, success, checksum, execution_time)
             values (20991231000001, 'another program', true, '', 0)",
        )
        .await;
    let status = async || {
        let health = app.get("/health").send().await.expect(200);
        let system = app
            .get("/api/system")
            .bearer(&admin)
            .send()
            .await
            .expect(200);
        let schema = &system["schema"];
        [&health["status"], &schema["status"]].map(|status| status.as_str().unwrap().to_owned())
    };
    assert_eq!(status().await, ["healthy", "ahead"]);
    app.database
        .execute("delete from _sqlx_migrations where version = (select version from _sqlx_migrations order by version offset 2 limit 1)")
        .await;
    assert_eq!(status().await, ["degraded", "behind"]);
}

#[tokio::test]
async fn health_does_not_reveal_the_address_of_the_database() {
    let app = TestApp::new().await;
    for app in [app.cut_off(), app] {
        let text = app.get("/health").send().await.text();
        for secret in ["127.0.0.1", "postgres", "hallpass_app", &app.database.name] {
            assert!(!text.contains(secret), "{text}");
        }
    }
}
