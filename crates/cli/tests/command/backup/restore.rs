//! Tests of `hallpass backup restore`.

use hallpass_core::schema;

use super::{Source, apart, text};
use crate::test_db::{APP_PASSWORD, TestDb, redeem};

const LIVE: &str = "select count(*) from sessions s where session_is_live(s)";

/// All objects that the migrations define, as the server describes them, and the privileges on them.
const DEFINITIONS: &str = "
    select array_agg(line order by line) from (
        select 'column ' || attrelid::regclass || '.' || attname || ' ' || format_type(atttypid, atttypmod)
            || ' ' || attnotnull || ' ' || coalesce(pg_get_expr(adbin, adrelid), '')
            || ' ' || coalesce(col_description(attrelid, attnum), '') as line
        from pg_attribute join pg_class c on c.oid = attrelid left join pg_attrdef on adrelid = attrelid and adnum = attnum
        where c.relnamespace = 'hallpass'::regnamespace and c.relkind = 'r' and attnum > 0
        union all
        select 'table ' || relname || ' ' || coalesce(reloptions::text, '') || ' ' || coalesce(relacl::text, '')
            || ' ' || coalesce(obj_description(oid), '')
        from pg_class where relnamespace = 'hallpass'::regnamespace and relkind = 'r'
        union all
        select 'constraint ' || conname || ' ' || pg_get_constraintdef(oid)
        from pg_constraint where connamespace = 'hallpass'::regnamespace
        union all
        select pg_get_indexdef(indexrelid) from pg_index join pg_class c on c.oid = indrelid
        where c.relnamespace = 'hallpass'::regnamespace
        union all
        select pg_get_triggerdef(t.oid) from pg_trigger t join pg_class c on c.oid = tgrelid
        where c.relnamespace = 'hallpass'::regnamespace and not tgisinternal
        union all
        select pg_get_functiondef(p.oid) || ' ' || coalesce(proacl::text, '') || ' ' || coalesce(obj_description(p.oid), '')
        from pg_proc p
        where pronamespace = 'hallpass'::regnamespace
            and not exists (select from pg_depend d where d.objid = p.oid and d.deptype = 'e')
        union all
        select 'extension ' || extname from pg_extension
    ) as lines";

#[tokio::test]
async fn every_definition_and_every_privilege_is_restored() {
    let source = Source::new().await;
    let with_role =
        |call: hallpass_test_support::Call| call.env("HALLPASS_APP_PASSWORD", APP_PASSWORD);
    with_role(source.call(&["migrate"])).run().await.succeeded();
    let file = source.create("a.dump").await;
    let into = TestDb::empty().await;
    with_role(source.restore(&file, &into)).run().await.json();
    let expected: Vec<String> = source.db.value(DEFINITIONS).await;
    let found: Vec<String> = into.value(DEFINITIONS).await;
    assert!(expected.len() > 100);
    let only = |here: &[String], there: &[String]| -> Vec<String> {
        let mut here = here.to_vec();
        here.retain(|line| !there.contains(line));
        here
    };
    assert_eq!(only(&expected, &found), only(&found, &expected));
    let doctor = source
        .call(&["doctor", "--json"])
        .env("DATABASE_URL", &into.app_url());
    let doctor = doctor.env("DATABASE_URL_UNPOOLED", &into.url());
    assert_ne!(doctor.run().await.json()["status"], "failure");
}

/// After the loss of a server, the target may be the only database that exists.
#[tokio::test]
async fn the_url_of_the_target_is_the_only_variable_that_a_restore_needs() {
    let source = Source::new().await;
    let file = source.create("a.dump").await;
    let into = TestDb::empty().await;
    let restore = source
        .restore(&file, &into)
        .env("HALLPASS_APP_PASSWORD", APP_PASSWORD)
        .without("DATABASE_URL")
        .without("HALLPASS_SECRET");
    restore.run().await.json();
    let users = "select count(*) from users";
    assert_eq!(into.value::<i64>(users).await, 51);
    let granted = "select has_table_privilege('hallpass_app', 'hallpass.users', 'select')";
    assert!(into.value::<bool>(granted).await);
}

#[tokio::test]
async fn sessions_of_the_backup_are_ended_and_signing_in_works() {
    let source = Source::new().await;
    // One session that is newer than this server's clock, because the clock of the old server was ahead.
    let ahead = "update sessions set created_at = now() + interval '5 minutes' where id = (select min(id::text)::uuid from sessions)";
    source.db.execute(ahead).await;
    assert_eq!(source.db.value::<i64>(LIVE).await, 51);
    let file = source.create("a.dump").await;
    let into = TestDb::empty().await;
    let answer = source.restore(&file, &into).run().await.json();
    assert_eq!(answer["sessionsEnded"], 51);
    assert_eq!(into.value::<i64>(LIVE).await, 0);
    let opened = "insert into sessions (id, user_id, created_at, idle_expires_at, expires_at)
        select gen_random_uuid(), id, clock_timestamp(), now() + interval '1 day', now() + interval '1 day'
        from users limit 1";
    into.execute(opened).await;
    assert_eq!(into.value::<i64>(LIVE).await, 1);
    let trail = "select count(*) from audit_events where event = 'database_restored' and severity = 'critical'
        and details ->> 'sessions' = '51'";
    assert_eq!(into.value::<i64>(trail).await, 1);
}

#[tokio::test]
async fn links_from_before_a_restore_are_invalid_and_later_ones_are_valid() {
    let source = Source::new().await;
    let set = [
        "users",
        "set-password",
        "u1@example.com",
        "--link",
        "--json",
    ];
    let link = |answer: serde_json::Value| {
        let link = answer["setupLink"].as_str().unwrap().to_owned();
        link.rsplit_once('#').unwrap().1.to_owned()
    };
    let before = link(source.call(&set).run().await.json());
    let file = source.create("a.dump").await;
    let into = TestDb::empty().await;
    source.restore(&file, &into).run().await.json();
    let product = into.product();
    let refused = redeem(&product, &before).await;
    assert!(
        matches!(refused, Err(hallpass_core::Error::InvalidLink)),
        "{refused:?}"
    );
    let after = source.call(&set).env("DATABASE_URL", &into.url());
    let after = link(after.run().await.json());
    redeem(&product, &after).await.unwrap();
}

#[tokio::test]
async fn a_backup_of_the_previous_release_is_migrated() {
    let source = Source::new().await;
    let older = "drop index users_search_idx;
        delete from _sqlx_migrations where description = 'users search index'";
    source.db.execute(older).await;
    let file = source.create("a.dump").await;
    let into = TestDb::empty().await;
    let answer = source.restore(&file, &into).run().await.json();
    assert_eq!(answer["migrationsApplied"], 1);
    let version = "select max(version) from _sqlx_migrations";
    assert_eq!(into.value::<i64>(version).await, schema::expected());
    let index = "select to_regclass('hallpass.users_search_idx') is not null";
    assert!(into.value::<bool>(index).await);
}

#[tokio::test]
async fn only_a_named_database_with_an_empty_schema_is_restored_into() {
    let source = Source::new().await;
    let file = source.create("a.dump").await;
    let itself = source.restore(&file, &source.db).run().await.failed(6);
    assert_eq!(itself["code"], "not_empty");
    for in_the_way in [
        "create schema hallpass; create table hallpass.theirs ()",
        "create schema hallpass; create view hallpass.theirs as select 1 as one",
        "create schema hallpass; create function hallpass.theirs() returns integer language sql return 1",
    ] {
        let into = TestDb::empty().await;
        into.execute(in_the_way).await;
        let error = source.restore(&file, &into).run().await.failed(6);
        assert!(
            error["detail"].as_str().unwrap().contains("theirs"),
            "{error}"
        );
    }
    let restore = ["backup", "restore", "--json", text(&file)];
    let unnamed = source.call(&restore).run().await.failed(3);
    assert_eq!(unnamed["code"], "configuration");
    let into = TestDb::empty().await;
    let (address, password) = apart(&into.url());
    let unasked = source.call(&restore).args(&["--into", &address]);
    let unasked = unasked.env("PGPASSWORD", &password);
    assert_eq!(unasked.run().await.failed(1)["code"], "not_confirmed");
    let dry = source.restore(&file, &into).args(&["--dry-run"]);
    assert_eq!(dry.run().await.json()["dryRun"], true);
    let schemas = "select count(*) from pg_namespace where nspname = 'hallpass'";
    assert_eq!(into.value::<i64>(schemas).await, 0);
}

#[tokio::test]
async fn a_password_on_the_command_line_is_refused_and_not_repeated() {
    let source = Source::new().await;
    let file = source.create("a.dump").await;
    let restore = [
        "backup",
        "restore",
        "--json",
        "--yes",
        text(&file),
        "--into",
    ];
    let shown = source
        .call(&restore)
        .args(&["postgres://me:hunter2hunter2@127.0.0.1/d"]);
    let outcome = shown.run().await;
    assert!(!outcome.stderr.contains("hunter2"));
    assert_eq!(outcome.failed(7)["code"], "password_shown");
    let wrong = source
        .call(&restore)
        .args(&["mysql://me@127.0.0.1/d"])
        .run()
        .await
        .failed(3);
    assert!(
        wrong.to_string().contains("HALLPASS_RESTORE_URL"),
        "{wrong}"
    );
    let away = source.call(&restore).args(&["postgres://me@127.0.0.1:1/d"]);
    assert_eq!(away.run().await.failed(4)["code"], "database_unavailable");
}

/// The restore is run by the database's owner, who is no superuser at hosting providers.
#[tokio::test]
async fn an_owner_without_superuser_backs_up_and_restores() {
    let source = Source::new().await;
    let into = TestDb::empty().await;
    let url = into.url_of_owner("ops_restoring_owner").await;
    let file = source.create("a.dump").await;
    let restore = source.call(&["backup", "restore", "--json", "--yes", text(&file)]);
    restore.env("HALLPASS_RESTORE_URL", &url).run().await.json();
    let again = source.file("b.dump");
    let create = source.call(&["backup", "create", "--json", "--out", text(&again)]);
    create.env("DATABASE_URL", &url).run().await.json();
    source.verify(&again).run().await.json();
}
