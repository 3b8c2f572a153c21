//! Tests with a database that another application uses, too, and with different values of `search_path`.

use hallpass_test_support::environment::path;
use serde_json::Value;
use sqlx::{AssertSqlSafe, Executor as _};
use tempfile::TempDir;

use crate::test_db::TestDb;

/// Tables of another application in `public`, with the same names as ours.
const THEIRS: &str = "
    create table public.users (id integer primary key, email text);
    create table public.sessions (id integer primary key, expires_at timestamptz);
    create table public.settings (id integer primary key, name text);
    create table public.audit_events (id integer primary key, occurred_at timestamptz);
    create table public._sqlx_migrations (version bigint primary key, description text, success boolean);
    create index users_search_idx on public.users (email);
    insert into public.users values (1, 'theirs@example.com');
    insert into public.sessions values (1, '2001-01-01');
    insert into public.settings values (1, 'theirs');
    insert into public.audit_events values (1, '2001-01-01');
    insert into public._sqlx_migrations values (20991231000001, 'theirs', true)";

/// State of the other application: rows, definitions, and how often each table was vacuumed or analyzed.
const STATE: &str = "
    select jsonb_build_array(
        (select jsonb_agg(to_jsonb(u)) from public.users u), (select jsonb_agg(to_jsonb(s)) from public.sessions s),
        (select jsonb_agg(to_jsonb(s)) from public.settings s), (select jsonb_agg(to_jsonb(e)) from public.audit_events e),
        (select jsonb_agg(to_jsonb(m)) from public._sqlx_migrations m),
        (select jsonb_agg(c.relname || ' ' || c.relpages || ' ' || c.reltuples || ' ' || coalesce(c.relacl::text, '')
            order by c.relname) from pg_class c where c.relnamespace = 'public'::regnamespace),
        (select jsonb_agg(s.relname || ' ' || s.analyze_count order by s.relname)
            from pg_stat_user_tables s where s.schemaname = 'public'))";

/// Values of `search_path` that roles and databases may have. With an empty path, no name is found without its schema.
const SEARCH_PATHS: [&str; 4] = ["app, public", "''", "public, hallpass", "pg_temp"];

/// A database of another application, with this `search_path` for all connections.
async fn shared(search_path: &str) -> TestDb {
    let db = TestDb::empty().await;
    db.execute(THEIRS).await;
    let name: String = db.value("select current_database()::text").await;
    let set = format!("create schema app; alter database {name} set search_path = {search_path}");
    db.execute(&set).await;
    db
}

async fn ok(db: &TestDb, arguments: &[&str]) -> Value {
    let call = db.call(arguments).args(&["--json"]);
    let outcome = call.env("PATH", &path()).run().await.succeeded();
    serde_json::from_str(&outcome.stdout).unwrap()
}

#[tokio::test]
async fn every_command_works_in_a_shared_database_and_leaves_other_tables_alone() {
    for search_path in SEARCH_PATHS {
        let db = shared(search_path).await;
        let theirs: Value = db.value(STATE).await;
        let first = ok(&db, &["migrate"]).await;
        assert!(
            !first["applied"].as_array().unwrap().is_empty(),
            "{search_path}"
        );
        assert_eq!(
            ok(&db, &["migrate"]).await["applied"],
            serde_json::json!([])
        );
        let admin = db.create("root@example.com", "admin").await;
        assert_eq!(admin["email"], "root@example.com", "{admin}");
        let doctor = ok(&db, &["doctor"]).await;
        assert_ne!(doctor["status"], "failure", "{search_path}: {doctor}");
        let sizes = ok(&db, &["db", "sizes"]).await;
        let tables = sizes["tables"].as_array().unwrap().len();
        for arguments in [
            &["db", "analyze"][..],
            &["db", "indexes"],
            &["db", "purge", "--yes"],
            &["users", "list", "--q", "root"],
            &["sessions", "list"],
            &["audit", "recent"],
            &["metrics"],
        ] {
            ok(&db, arguments).await;
        }

        let directory = TempDir::new().unwrap();
        let file = directory.path().join("a.dump");
        let file = file.to_str().unwrap();
        let backup = ok(&db, &["backup", "create", "--out", file]).await;
        assert_eq!(backup["tables"], tables, "{search_path}: {backup}");
        let verify = db.call(&["backup", "verify", file, "--json"]);
        let verify = verify.env("PATH", &path());
        let verify = verify.env("HALLPASS_RESTORE_URL", &db.url());
        assert_eq!(verify.run().await.json()["isSound"], true);
        assert_eq!(db.value::<Value>(STATE).await, theirs, "{search_path}");

        // The target of the restore is a shared database, too.
        let into = shared(search_path).await;
        let theirs: Value = into.value(STATE).await;
        let restore = db.call(&["backup", "restore", file, "--yes", "--json"]);
        let restore = restore.env("PATH", &path());
        restore
            .env("HALLPASS_RESTORE_URL", &into.url())
            .run()
            .await
            .json();
        assert_eq!(into.value::<Value>(STATE).await, theirs, "{search_path}");
        assert_ne!(ok(&into, &["doctor"]).await["status"], "failure");
    }
}

#[tokio::test]
async fn a_backup_of_a_database_without_our_schema_is_refused() {
    let db = shared("app, public").await;
    let directory = TempDir::new().unwrap();
    let file = directory.path().join("a.dump");
    let create = [
        "backup",
        "create",
        "--json",
        "--out",
        file.to_str().unwrap(),
    ];
    for arguments in [&["--dry-run"][..], &[]] {
        let call = db.call(&create).args(arguments).env("PATH", &path());
        let error = call.run().await.failed(4);
        assert_eq!(error["code"], "not_migrated", "{error}");
    }
    assert!(
        std::fs::read_dir(directory.path())
            .unwrap()
            .next()
            .is_none()
    );
}

/// An index is invalid while it is being built. Only an index that a migration of Hallpass builds may be dropped.
#[tokio::test]
async fn migrating_drops_no_index_of_another_application() {
    let db = shared("app, public").await;
    ok(&db, &["migrate"]).await;
    let theirs = "create index theirs_idx on hallpass.users (name);
        create index theirs_idx on public.users (id);
        update pg_index set indisvalid = false where indexrelid in ('hallpass.theirs_idx'::regclass,
            'public.theirs_idx'::regclass, 'public.users_search_idx'::regclass, 'hallpass.users_search_idx'::regclass);
        delete from hallpass._sqlx_migrations where description = 'users search index'";
    db.execute(theirs).await;
    ok(&db, &["migrate"]).await;
    let invalid: Vec<String> = db
        .value("select array_agg(indexrelid::regclass::text order by 1) from pg_index where not indisvalid")
        .await;
    assert_eq!(invalid.len(), 3, "{invalid:?}");
    let ours =
        "select indisvalid from pg_index where indexrelid = 'hallpass.users_search_idx'::regclass";
    assert!(db.value::<bool>(ours).await);
}

/// A later version, which another program or a newer release has recorded, must not hide a missing migration.
#[tokio::test]
async fn a_missing_migration_is_detected_despite_a_later_number() {
    let db = TestDb::administered().await;
    let newer = "insert into hallpass._sqlx_migrations (version, description, success, checksum, execution_time)
        values (20991231000001, 'another program', true, '', 0)";
    db.execute(newer).await;
    let current = ok(&db, &["doctor"]).await;
    assert_eq!(check(&current, "schema")["status"], "ok", "{current}");

    let missing: i64 = db
        .value("select version from hallpass._sqlx_migrations where description = 'users search index'")
        .await;
    let mut connection = db.connect().await;
    let delete = format!(
        "drop index hallpass.users_search_idx; delete from hallpass._sqlx_migrations where version = {missing}"
    );
    connection.execute(AssertSqlSafe(delete)).await.unwrap();
    let doctor = db.call(&["doctor", "--json"]).run().await;
    let doctor: Value = serde_json::from_str(&doctor.stdout).unwrap();
    assert_eq!(check(&doctor, "schema")["status"], "failure", "{doctor}");
    let metrics = ok(&db, &["metrics"]).await;
    let metrics = metrics["metrics"].as_array().unwrap();
    let current = metrics
        .iter()
        .find(|metric| metric["name"] == "hallpass_schema_current");
    assert_eq!(current.unwrap()["value"], 0.0, "{metrics:?}");
    let migrated = ok(&db, &["migrate"]).await;
    assert_eq!(migrated["applied"][0]["version"], missing);
}

fn check<'r>(report: &'r Value, name: &str) -> &'r Value {
    let checks = report["checks"].as_array().unwrap();
    checks.iter().find(|check| check["name"] == name).unwrap()
}
