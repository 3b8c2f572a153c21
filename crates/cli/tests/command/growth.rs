//! Runs every migration on a database that is in use, and checks that existing rows are unchanged.

use std::path::Path;

use hallpass_core::schema;
use serde_json::Value;
use sqlx::migrate::Migrator;
use sqlx::postgres::PgConnection;
use sqlx::{AssertSqlSafe, Executor as _};

use crate::test_db::TestDb;

/// A table, and SQL that inserts the rows of one day. `N` is replaced by a number that is different for each day.
const TABLES: [(&str, &str); 4] = [
    (
        "users",
        "insert into users (id, email, email_normalized, name, name_normalized, roles, password_hash)
         select gen_random_uuid(), 'Ada' || i || '@N.example.com', 'ada' || i || '@N.example.com',
            'Ada ' || i, 'ada ' || i, '{viewer}', '$argon2id$' || i
         from generate_series(1, 50) as i",
    ),
    (
        "sessions",
        "insert into sessions (id, user_id, idle_expires_at, expires_at, ip, user_agent)
         select gen_random_uuid(), id, now() + '1 day', now() + '30 days', '192.0.2.N', 'browser'
         from users",
    ),
    (
        "audit_events",
        "insert into audit_events (id, occurred_at, event, severity, subject_id, details)
         select gen_random_uuid(), now(), 'login', 'info', id, '{\"day\": N}' from users",
    ),
    (
        "login_throttle",
        "insert into login_throttle (key, failures, first_failure_at)
         select decode(md5('N' || i), 'hex'), i, now() from generate_series(1, 20) as i",
    ),
];

async fn use_for_a_day(connection: &mut PgConnection, day: usize) {
    for (table, insert) in TABLES {
        if exists(connection, table).await {
            let insert = insert.replace('N', &day.to_string());
            connection.execute(AssertSqlSafe(insert)).await.unwrap();
        }
    }
}

async fn exists(connection: &mut PgConnection, table: &str) -> bool {
    let exists = sqlx::query_scalar("select to_regclass($1) is not null").bind(table);
    exists.fetch_one(connection).await.unwrap()
}

/// The rows of all existing tables.
async fn rows(connection: &mut PgConnection) -> Vec<(&'static str, Value)> {
    let mut found = Vec::new();
    for (table, _) in TABLES {
        if exists(connection, table).await {
            let all = format!("select jsonb_agg(to_jsonb(t)) from {table} t");
            let all = sqlx::query_scalar(AssertSqlSafe(all));
            found.push((table, all.fetch_one(&mut *connection).await.unwrap()));
        }
    }
    found
}

/// A migration may add columns and rows, but must not remove what the previous release reads.
async fn survive(connection: &mut PgConnection, before: Vec<(&'static str, Value)>, version: i64) {
    for (table, rows) in before {
        // Each row is searched by its key, because comparing each row with all others would take minutes.
        let key = if table == "login_throttle" {
            "key"
        } else {
            "id"
        };
        let lost = format!(
            "select count(*) from jsonb_array_elements($1) as before
             where not exists (
                select from {table} t where to_jsonb(t.{key}) = before -> '{key}' and to_jsonb(t) @> before
             )"
        );
        let lost = sqlx::query_scalar::<_, i64>(AssertSqlSafe(lost)).bind(rows);
        let lost = lost.fetch_one(&mut *connection).await.unwrap();
        assert_eq!(lost, 0, "{version} changed or lost rows of {table}");
    }
}

#[tokio::test]
async fn migrations_keep_existing_rows() {
    let db = TestDb::empty().await;
    let mut connection = db.connect().await;
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../migrations");
    let mut migrator = Migrator::new(folder).await.unwrap();
    migrator.dangerous_set_table_name(schema::MIGRATIONS_TABLE);
    db.execute("create schema hallpass").await;
    let mut versions: Vec<i64> = migrator.iter().map(|migration| migration.version).collect();
    versions.sort_unstable();
    for (day, version) in versions.iter().enumerate() {
        let before = rows(&mut connection).await;
        migrator.run_to(*version, &mut connection).await.unwrap();
        survive(&mut connection, before, *version).await;
        use_for_a_day(&mut connection, day + 1).await;
    }
    assert!(rows(&mut connection).await.len() == TABLES.len());
    // The command also reports that no migrations are pending.
    let pending = db.run(&["migrate", "--dry-run", "--json"]).await.json();
    assert_eq!(pending["pending"], serde_json::json!([]));
    let last = versions.len() * 50;
    let users: i64 = db.value("select count(*) from users").await;
    assert_eq!(users, i64::try_from(last).unwrap());
}
