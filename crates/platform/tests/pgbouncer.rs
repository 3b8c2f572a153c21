//! A real PgBouncer in front of a real server: named statements, refused parameters, and roles.

#![expect(clippy::unwrap_used, reason = "a failed unwrap fails the test")]

use hallpass_platform::pgbouncer::{Login, PgBouncer, Settings};
use hallpass_platform::{Error, Postgres};
use sqlx::postgres::PgConnectOptions;
use sqlx::{Connection as _, PgConnection};

const ROLE: &str = "create role app login password 'app-password'";

/// By default, sqlx sets `extra_float_digits`, which PgBouncer refuses.
fn options(url: &str) -> PgConnectOptions {
    url.parse::<PgConnectOptions>()
        .unwrap()
        .extra_float_digits(None)
}

async fn connect(pooler: &PgBouncer) -> PgConnection {
    let url = pooler.url("app", "app-password", "postgres");
    PgConnection::connect_with(&options(&url)).await.unwrap()
}

/// Executes the same statement on three client connections over two server connections. The third client's statement
/// was prepared by another client, on the other server connection.
async fn reuse_named_statements(pooler: &PgBouncer) -> Result<(), sqlx::Error> {
    let mut clients = [
        connect(pooler).await,
        connect(pooler).await,
        connect(pooler).await,
    ];
    for _round in 0..3 {
        for client in &mut clients {
            let one: i32 = sqlx::query_scalar("select 1")
                .fetch_one(&mut *client)
                .await?;
            assert_eq!(one, 1);
        }
        // Holds one server connection, so that the next round uses the other one.
        let mut holder = connect(pooler).await;
        let mut held = holder.begin().await?;
        sqlx::raw_sql("select 1").execute(&mut *held).await?;
        for client in &mut clients {
            sqlx::query_scalar::<_, i32>("select 1")
                .fetch_one(&mut *client)
                .await?;
        }
    }
    Ok(())
}

#[tokio::test]
async fn named_statements_work_only_if_the_pooler_tracks_them() -> Result<(), Error> {
    let mut postgres = Postgres::temporary().start().await?;
    postgres.execute("postgres", ROLE).await?;
    let settings = Settings::for_server_on(postgres.port())
        .login(Login::new("app", "app-password"))
        .default_pool_size(2);

    let tracking = PgBouncer::start(&settings.clone().max_prepared_statements(200)).await?;
    reuse_named_statements(&tracking).await.unwrap();
    tracking.stop().await?;

    let forgetful = PgBouncer::start(&settings.max_prepared_statements(0)).await?;
    let error = reuse_named_statements(&forgetful).await.unwrap_err();
    let code = error
        .as_database_error()
        .and_then(sqlx::error::DatabaseError::code);
    // Either invalid_sql_statement_name or duplicate_prepared_statement, whichever occurs first.
    assert!(
        matches!(code.as_deref(), Some("26000" | "42P05")),
        "{error}"
    );
    forgetful.stop().await?;
    postgres.stop().await
}

#[tokio::test]
async fn a_pooler_shares_connections_refuses_parameters_and_looks_up_roles() -> Result<(), Error> {
    let mut postgres = Postgres::temporary().start().await?;
    let settings = Settings::for_server_on(postgres.port())
        .superuser(Login::from_url(&postgres.superuser_url("postgres"))?)
        .default_pool_size(1);
    let pooler = PgBouncer::start(&settings).await?;

    // The role and its database are created after the pooler has started.
    postgres.execute("postgres", ROLE).await?;
    postgres
        .execute("postgres", "create database later owner app")
        .await?;
    let later = pooler.url("app", "app-password", "later");
    let name: String = sqlx::query_scalar("select current_database()::text")
        .fetch_one(&mut PgConnection::connect_with(&options(&later)).await.unwrap())
        .await?;
    assert_eq!(name, "later");

    let wrong = options(&pooler.url("app", "another-password", "later"));
    assert!(PgConnection::connect_with(&wrong).await.is_err());

    let (mut first, mut second) = (connect(&pooler).await, connect(&pooler).await);
    let backend = "select pg_backend_pid()";
    let of_first: i32 = sqlx::query_scalar(backend).fetch_one(&mut first).await?;
    let of_second: i32 = sqlx::query_scalar(backend).fetch_one(&mut second).await?;
    assert_eq!(of_first, of_second, "two clients, one server connection");

    let with_parameter = pooler.url("app", "app-password", "later");
    let refused = PgConnection::connect(&with_parameter).await.unwrap_err();
    assert!(
        refused.to_string().contains("extra_float_digits"),
        "{refused}"
    );

    let pid = pooler.pid();
    pooler.stop().await?;
    assert!(!std::path::Path::new(&format!("/proc/{pid}")).exists());
    postgres.stop().await
}
