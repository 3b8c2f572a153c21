//! What the two roles may not do, tried.

use sqlx::postgres::PgConnection;
use sqlx::{Connection as _, Executor as _};

use crate::stand::{APP_PASSWORD, Stand};

async fn refused(connection: &mut PgConnection, sql: &'static str) -> String {
    let error = connection.execute(sql).await.expect_err(sql);
    let code = error.as_database_error().unwrap().code().unwrap();
    code.into_owned()
}

async fn granted() -> Stand {
    let stand = Stand::empty().await;
    let call = stand
        .call(&["migrate"])
        .env("HALLPASS_APP_PASSWORD", APP_PASSWORD);
    call.run().await.succeeded();
    stand.create("root@example.com", "admin").await;
    stand
}

#[tokio::test]
async fn the_app_cannot_change_tables_delete_users_or_touch_the_past() {
    let stand = granted().await;
    let mut app = PgConnection::connect(&stand.app_url()).await.unwrap();
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

#[tokio::test]
async fn the_app_can_do_what_the_commands_need() {
    let stand = granted().await;
    let call = |arguments: &[&str]| stand.call(arguments).env("DATABASE_URL", &stand.app_url());
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
    let mut app = PgConnection::connect(&stand.app_url()).await.unwrap();
    let limit: String = sqlx::query_scalar(limit).fetch_one(&mut app).await.unwrap();
    assert_eq!(limit, "8s");
}

#[tokio::test]
async fn what_the_role_may_not_do_is_told_with_the_way_out() {
    let stand = granted().await;
    let app = |arguments: &[&str]| stand.call(arguments).env("DATABASE_URL", &stand.app_url());
    stand
        .execute("revoke insert on users from hallpass_app")
        .await;
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
    stand.execute("drop table _sqlx_migrations").await;
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
async fn triggers_hold_the_past_where_the_owner_is_the_only_role() {
    let stand = Stand::administered().await;
    let mut owner = stand.connect().await;
    for sql in [
        "update audit_events set event = 'nothing'",
        "delete from audit_events",
        "truncate audit_events",
    ] {
        assert_eq!(refused(&mut owner, sql).await, "HP405", "{sql}");
    }
    assert_eq!(
        stand
            .value::<i64>("select count(*) from audit_events where event = 'user_created'")
            .await,
        1
    );
}
