//! Attempts of the roles to do what they may not do.

use sqlx::postgres::PgConnection;
use sqlx::{Connection as _, Executor as _};
use uuid::{NoContext, Timestamp, Uuid};

use crate::test_db::{APP_PASSWORD, TestDb};

async fn refused(connection: &mut PgConnection, sql: &'static str) -> String {
    let error = connection.execute(sql).await.expect_err(sql);
    let code = error.as_database_error().unwrap().code().unwrap();
    code.into_owned()
}

async fn granted() -> TestDb {
    let db = TestDb::empty().await;
    let call = db
        .call(&["migrate"])
        .env("HALLPASS_APP_PASSWORD", APP_PASSWORD);
    call.run().await.succeeded();
    db.create("root@example.com", "admin").await;
    db
}

#[tokio::test]
async fn the_functions_role_cannot_change_tables_delete_users_or_change_audit_events() {
    let db = granted().await;
    let mut app = PgConnection::connect(&db.app_url()).await.unwrap();
    for sql in [
        "create table hallpass.mine (id integer)",
        "alter table hallpass.users add column more text",
        "drop table hallpass.sessions",
        "create index more on hallpass.users (name)",
        "alter table hallpass.audit_events disable trigger all",
        "truncate hallpass.users cascade",
        "truncate hallpass.audit_events",
        "truncate hallpass.login_throttle",
        "delete from hallpass.users",
        "delete from hallpass.sessions",
        "update hallpass.audit_events set event = 'nothing'",
        "delete from hallpass.audit_events",
        "update hallpass.roles set permissions = '{}'",
        "insert into hallpass.settings default values",
        "delete from hallpass._sqlx_migrations",
        "alter role hallpass_app superuser",
    ] {
        assert_eq!(refused(&mut app, sql).await, "42501", "{sql}");
    }
}

/// The functions' role can add audit events, but cannot backdate them.
#[tokio::test]
async fn the_functions_role_cannot_choose_the_time_of_an_audit_event() {
    let db = granted().await;
    let mut app = PgConnection::connect(&db.app_url()).await.unwrap();
    let add = "insert into hallpass.audit_events (id, occurred_at, event, severity, details)
        values ($1, now() + $2::interval, 'login', 'info', '{}')";
    let mut add = async |id: Uuid, when: &str| {
        let add = sqlx::query(add).bind(id).bind(when.to_owned());
        add.execute(&mut app).await.map(|_| ())
    };
    for when in ["-80 days", "80 days", "0"] {
        add(Uuid::now_v7(), when).await.unwrap();
    }
    let dated = "select count(*) from audit_events where event = 'login' and abs(extract(epoch from now() - occurred_at)) < 60";
    assert_eq!(db.value::<i64>(dated).await, 3);
    let of = |seconds| Uuid::new_v7(Timestamp::from_unix(NoContext, seconds, 0));
    for foreign in [
        Uuid::new_v4(),
        Uuid::nil(),
        Uuid::max(),
        of(0),
        of(4_000_000_000),
    ] {
        let error = add(foreign, "0").await.unwrap_err();
        let code = error.as_database_error().unwrap().code().unwrap();
        assert_eq!(code, "HP405", "{foreign}");
    }
    // The owner may choose the time, because a restore inserts past events.
    let past = "insert into audit_events (id, occurred_at, event, severity, details)
        values (gen_random_uuid(), '2001-01-01', 'past', 'info', '{}')";
    db.execute(past).await;
    let kept = "select occurred_at = '2001-01-01' from audit_events where event = 'past'";
    assert!(db.value::<bool>(kept).await);
}

#[tokio::test]
async fn the_functions_role_can_do_what_the_commands_need() {
    let db = granted().await;
    let call = |arguments: &[&str]| db.call(arguments).env("DATABASE_URL", &db.app_url());
    let create = [
        "users",
        "create",
        "--json",
        "--email",
        "a@example.com",
        "--name",
        "A",
    ];
    call(&create).run().await.json();
    for arguments in [
        ["users", "list", "--json"].as_slice(),
        &["users", "show", "a@example.com", "--json"],
        &[
            "users",
            "set-roles",
            "a@example.com",
            "--role",
            "viewer",
            "--json",
        ],
        &["users", "set-password", "a@example.com", "--link", "--json"],
        &["users", "deactivate", "a@example.com", "--json"],
        &["users", "activate", "a@example.com", "--json"],
    ] {
        call(arguments).run().await.json();
    }
    let limit = "select current_setting('statement_timeout')";
    let mut app = PgConnection::connect(&db.app_url()).await.unwrap();
    let limit: String = sqlx::query_scalar(limit).fetch_one(&mut app).await.unwrap();
    assert_eq!(limit, "8s");
}

#[tokio::test]
async fn a_missing_privilege_is_reported_with_a_hint() {
    let db = granted().await;
    let app = |arguments: &[&str]| db.call(arguments).env("DATABASE_URL", &db.app_url());
    db.execute("revoke insert on users from hallpass_app").await;
    let create = [
        "users",
        "create",
        "--json",
        "--email",
        "a@example.com",
        "--name",
        "A",
    ];
    let error = app(&create).run().await.failed(1);
    assert_eq!(error["code"], "not_permitted");
    db.execute("drop table _sqlx_migrations").await;
    let error = app(&["migrate", "--json"]).run().await.failed(1);
    assert_eq!(error["code"], "not_permitted");
    assert!(
        error["nextStep"]
            .as_str()
            .unwrap()
            .contains("DATABASE_URL_UNPOOLED")
    );
}

#[tokio::test]
async fn triggers_protect_audit_events_if_the_owner_is_the_only_role() {
    let db = TestDb::administered().await;
    let mut owner = db.connect().await;
    for sql in [
        "update audit_events set event = 'nothing'",
        "delete from audit_events",
        "truncate audit_events",
    ] {
        assert_eq!(refused(&mut owner, sql).await, "HP405", "{sql}");
    }
    assert_eq!(
        db.value::<i64>("select count(*) from audit_events where event = 'user_created'")
            .await,
        1
    );
}
