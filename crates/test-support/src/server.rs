//! The PostgreSQL server on which the tests create their databases.

use std::str::FromStr as _;
use std::sync::atomic::{AtomicBool, Ordering};

use hallpass_core::config::DatabaseConfig;
use hallpass_core::db::APP_ROLE;
use hallpass_core::schema;
use sqlx::postgres::{PgConnectOptions, PgConnection};
use sqlx::{AssertSqlSafe, Connection as _, Executor as _};

use crate::environment;

/// Connects to this database as the superuser.
pub async fn connect(database: &str) -> PgConnection {
    let options = PgConnectOptions::from_str(&environment::server_url()).unwrap();
    PgConnection::connect_with(&options.database(database))
        .await
        .expect("the test server answers")
}

/// Runs statements as the superuser, in the database `postgres`.
pub async fn execute(sql: &str) {
    let mut connection = connect("postgres").await;
    execute_on(&mut connection, sql).await;
    connection.close().await.unwrap();
}

pub(crate) async fn execute_on(connection: &mut PgConnection, sql: &str) {
    let done = connection.execute(AssertSqlSafe(sql)).await;
    done.unwrap_or_else(|error| panic!("{sql}: {error}"));
}

/// SQL that creates a role unless it exists, even if another test creates it at the same time.
#[must_use]
pub fn create_role(name: &str) -> String {
    format!(
        "do $$ begin create role {name} nologin; \
         exception when duplicate_object or unique_violation then null; end $$"
    )
}

/// The server's version as a number: 150018 is 15.18.
pub async fn version(connection: &mut PgConnection) -> i32 {
    sqlx::query_scalar("select current_setting('server_version_num')::integer")
        .fetch_one(connection)
        .await
        .unwrap()
}

/// The superuser's URL of this database.
#[must_use]
pub fn url(database: &str) -> String {
    let server = environment::server_url();
    let (base, query) = server.split_once('?').unwrap_or((&server, ""));
    let (base, _) = base.rsplit_once('/').expect("the URL names a database");
    let mark = if query.is_empty() { "" } else { "?" };
    format!("{base}/{database}{mark}{query}")
}

/// Applies all migrations of this release to the database at this URL, and lets the application's role sign in.
pub async fn migrate(url: &str, app_password: &str) {
    let config =
        DatabaseConfig::direct(&|name| (name == "DATABASE_URL").then(|| url.to_owned())).unwrap();
    let mut connection = schema::connect(&config).await.unwrap();
    schema::migrate(&mut connection, |_| ()).await.unwrap();
    schema::grant(&mut connection, &config, Some(app_password))
        .await
        .unwrap();
    connection.close().await.unwrap();
}

/// Gives the application's role the password of this run, once a process: an earlier run may have set another one.
pub(crate) async fn set_app_password(admin: &mut PgConnection) {
    static DONE: AtomicBool = AtomicBool::new(false);
    if DONE.swap(true, Ordering::Relaxed) {
        return;
    }
    let literal: String = sqlx::query_scalar("select quote_literal($1)")
        .bind(environment::APP_PASSWORD)
        .fetch_one(&mut *admin)
        .await
        .unwrap();
    execute_on(
        admin,
        &format!("alter role {APP_ROLE} login password {literal}"),
    )
    .await;
}
