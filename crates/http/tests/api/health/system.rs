//! GET /api/system

use futures_util::future::join_all;
use serde_json::{Value, json};
use sqlx::{Connection as _, PgConnection};

use crate::support::{Person, TestApp};
use crate::users::{administrator, fill};

async fn system(app: &TestApp, by: &Person) -> Value {
    app.get("/api/system").bearer(by).send().await.expect(200)
}

#[tokio::test]
async fn the_system_status_shows_release_instance_and_database_in_one_statement() {
    let app = TestApp::new().await;
    let admin = administrator(&app).await;
    let before = app.statements().await;
    let found = system(&app, &admin).await;
    assert_eq!(app.statements().await - before, 1);
    assert_eq!(found["version"], env!("CARGO_PKG_VERSION"));
    assert_eq!(found["environment"], "test");
    assert_eq!(found["region"], Value::Null);
    assert!(found["uptime"].as_f64().unwrap() > 0.0);
    assert!(0.0 < found["memory"]["used"].as_f64().unwrap());
    let health = app.get("/health").send().await.expect(200);
    for version in ["current", "expected"] {
        assert_eq!(found["schema"][version], health["schema"][version]);
    }
    let schema = &found["schema"];
    // The suite of an older release is also run on the schema of a newer one.
    let newer = schema["current"].as_i64() > schema["expected"].as_i64();
    assert_eq!(schema["status"], if newer { "ahead" } else { "current" });
    let database = &found["database"];
    let version: String = app.database.value("show server_version").await;
    assert_eq!(database["version"], version);
    let size: i64 = app
        .database
        .value("select pg_database_size(current_database())")
        .await;
    assert!((database["sizeBytes"].as_i64().unwrap() - size).abs() < 10_000_000);
    let limit: String = app.database.value("show max_connections").await;
    assert_eq!(database["connections"]["limit"].to_string(), limit);
    // At least the connection that counts them.
    assert!(database["connections"]["used"].as_i64().unwrap() >= 1);
    assert_eq!(database["role"], "hallpass_app");
    assert_eq!(database["excessPrivileges"], json!([]));
    let exact = |field: &str, number: i64| json!({ field: number, "relation": "exact" });
    assert_eq!(found["users"], exact("total", 1));
    assert_eq!(found["sessions"], exact("live", 1));
}

#[tokio::test]
async fn connections_of_other_roles_are_counted_too() {
    const OTHERS: usize = 40;
    let app = TestApp::new().await;
    let admin = administrator(&app).await;
    let owner = app.database.url();
    let others = join_all((0..OTHERS).map(|_| PgConnection::connect(&owner))).await;
    let used = system(&app, &admin).await["database"]["connections"]["used"].clone();
    assert!(used.as_u64() > Some(OTHERS as u64), "{used}");
    assert!(others.iter().all(Result::is_ok));
}

#[tokio::test]
async fn the_kind_of_connection_pooler_is_shown() {
    let app = TestApp::new().await;
    let admin = administrator(&app).await;
    let unnamed = app.beside(&[("DATABASE_POOLER", "unnamed")]);
    assert_eq!(
        system(&unnamed, &admin).await["database"]["pooler"],
        "unnamed"
    );
    let found = system(&app, &admin).await["database"]["pooler"].clone();
    let known = ["none", "named", "unnamed"].map(Value::from);
    assert!(known.contains(&found), "{found}");
}

#[tokio::test]
async fn the_schema_of_another_release_is_shown_as_ahead_or_behind() {
    let app = TestApp::new().await;
    let admin = administrator(&app).await;
    for (change, status) in [
        (
            "insert into _sqlx_migrations values (99991231000000, 'later', now(), true, '', 1)",
            "ahead",
        ),
        (
            "delete from _sqlx_migrations where version > 20261130000003",
            "behind",
        ),
    ] {
        app.database.execute(change).await;
        assert_eq!(system(&app, &admin).await["schema"]["status"], status);
    }
}

#[tokio::test]
async fn only_active_sessions_are_counted() {
    let app = TestApp::new().await;
    let admin = administrator(&app).await;
    let ada = app.person("ada@example.com", &["user"]).await;
    for _ in 0..5 {
        app.signed_in_again(&ada).await;
    }
    app.database
        .execute(
            "with s as (select id, row_number() over (order by id) as i from sessions where user_id <> (
                 select id from users where email = 'root@example.com'))
             update sessions set
                 idle_expires_at = case when s.i = 1 then now() else idle_expires_at end,
                 expires_at = case when s.i = 2 then now() else expires_at end,
                 revoked_at = case when s.i = 3 then now() end,
                 revoked_reason = case when s.i = 3 then 'test' end
             from s where s.id = sessions.id",
        )
        .await;
    let live = json!({ "live": 3, "relation": "exact" });
    assert_eq!(system(&app, &admin).await["sessions"], live);
}

#[tokio::test]
async fn counts_above_a_thousand_are_estimated_at_constant_cost() {
    let app = TestApp::new().await;
    let admin = administrator(&app).await;
    app.database
        .execute(
            "alter table users set (autovacuum_enabled = false);
             alter table sessions set (autovacuum_enabled = false)",
        )
        .await;
    fill(&app, 999).await;
    let found = system(&app, &admin).await;
    assert_eq!(
        found["users"],
        json!({ "total": 1_000, "relation": "exact" })
    );
    // Of 30,000 sessions, one third is revoked and one third has expired.
    app.database
        .execute(
            "insert into sessions (id, user_id, idle_expires_at, expires_at, revoked_at, revoked_reason)
             select gen_random_uuid(), u.id,
                 now() + case when i % 3 = 1 then interval '-1 day' else interval '1 day' end,
                 now() + interval '9 days', case when i % 3 = 2 then now() end,
                 case when i % 3 = 2 then 'test' end
             from generate_series(1, 30) as i, users u where u.email <> 'root@example.com'
             limit 30000;
             insert into users (id, email, email_normalized, name, name_normalized)
             select gen_random_uuid(), e, e, e, e from generate_series(1, 20000) as i, lateral (select 'x' || i) as x (e);
             analyze users; analyze sessions",
        )
        .await;
    let before = app.rows_read("sessions").await;
    let found = system(&app, &admin).await;
    let read = app.rows_read("sessions").await - before;
    assert!(read < 12_000, "read {read} rows");
    assert_eq!(
        found["users"],
        json!({ "total": 21_000, "relation": "estimated" })
    );
    assert_eq!(found["sessions"]["relation"], "estimated");
    let live = found["sessions"]["live"].as_i64().unwrap();
    assert!((5_000..20_000).contains(&live), "{live}");
}

#[tokio::test]
async fn excess_privileges_of_the_role_are_listed() {
    let app = TestApp::new().await;
    let admin = administrator(&app).await;
    let grant =
        "grant create on schema hallpass to hallpass_app; grant delete on users to hallpass_app";
    app.database.execute(grant).await;
    let found = system(&app, &admin).await;
    let excess = &found["database"]["excessPrivileges"];
    assert_eq!(excess, &json!(["create tables", "delete users"]));
    let owner = app.database.url();
    let app = app.beside(&[("DATABASE_URL", owner.as_str())]);
    let found = system(&app, &admin).await;
    assert_ne!(found["database"]["role"], "hallpass_app");
    assert_eq!(
        found["database"]["excessPrivileges"][0],
        "do everything (superuser)"
    );
}
