//! Installing, starting, crashing and restarting the PostgreSQL server.

#![expect(clippy::unwrap_used, reason = "a failed unwrap fails the test")]

use hallpass_platform::{Error, Postgres, PostgresVersion};
use sqlx::{Connection as _, PgConnection};

async fn count(url: &str) -> i64 {
    let mut connection = PgConnection::connect(url).await.unwrap();
    sqlx::query_scalar("select count(*) from kept")
        .fetch_one(&mut connection)
        .await
        .unwrap()
}

#[tokio::test]
async fn committed_data_survives_a_crash_and_a_restart() {
    let mut postgres = Postgres::temporary()
        .setting("fsync", "on")
        .setting("full_page_writes", "on")
        .setting("synchronous_commit", "on")
        .start()
        .await
        .unwrap();
    let url = postgres.superuser_url("postgres");
    let sql = "create table kept (id int); insert into kept select generate_series(1, 1000)";
    postgres.execute("postgres", sql).await.unwrap();
    let (port, pid) = (postgres.port(), postgres.pid());

    postgres.crash().await.unwrap();
    assert!(PgConnection::connect(&url).await.is_err());
    postgres.restart().await.unwrap();
    assert_eq!((count(&url).await, postgres.port()), (1000, port));
    assert_ne!(postgres.pid(), pid);

    postgres.stop().await.unwrap();
    assert!(PgConnection::connect(&url).await.is_err());
    postgres.restart().await.unwrap();
    assert_eq!(count(&url).await, 1000);
    postgres.stop().await.unwrap();
}

#[tokio::test]
async fn every_version_has_statistics_and_requires_passwords() {
    for version in [
        Postgres::oldest_version().unwrap(),
        PostgresVersion::default(),
    ] {
        has_statistics_and_asks_for_passwords(version).await;
    }
}

async fn has_statistics_and_asks_for_passwords(version: PostgresVersion) {
    let mut postgres = Postgres::temporary()
        .version(version)
        .setting("work_mem", "5MB")
        .start()
        .await
        .unwrap();
    postgres
        .execute("postgres", "create extension pg_stat_statements")
        .await
        .unwrap();
    postgres
        .execute("postgres", "create extension pg_trgm")
        .await
        .unwrap();
    let mut connection = PgConnection::connect(&postgres.superuser_url("postgres"))
        .await
        .unwrap();
    let mut show = async |name: &str| -> String {
        let sql = sqlx::AssertSqlSafe(format!("show {name}"));
        sqlx::query_scalar(sql)
            .fetch_one(&mut connection)
            .await
            .unwrap()
    };
    let release = show("server_version").await;
    assert!(release.starts_with(&format!("{version}.")), "{release}");
    assert!(postgres.version().starts_with(&format!("{version}.")));
    assert_eq!(show("work_mem").await, "5MB");
    assert_eq!(show("listen_addresses").await, "127.0.0.1");
    assert_eq!(show("password_encryption").await, "scram-sha-256");
    assert_eq!(show("server_encoding").await, "UTF8");

    let letters = "select lower('ÄÉ') = 'äé' and 'Z' < 'a' and show_trgm('ä') <> '{}'";
    let knows_letters: bool = sqlx::query_scalar(letters)
        .fetch_one(&mut connection)
        .await
        .unwrap();
    assert!(knows_letters, "PostgreSQL {version}");

    let wrong = postgres.url("postgres", "wrong", "postgres");
    let refused = PgConnection::connect(&wrong).await.unwrap_err();
    let code = refused
        .as_database_error()
        .and_then(|error| error.code().map(String::from));
    assert_eq!(code.as_deref(), Some("28P01"));
    let refused = postgres
        .execute("postgres", "select nonsense")
        .await
        .unwrap_err();
    assert!(matches!(refused, Error::Sql(_)), "{refused}");
    postgres.stop().await.unwrap();
}

#[tokio::test]
async fn a_server_left_behind_is_stopped_and_its_data_kept() {
    let directory = tempfile::tempdir().unwrap();
    let place = directory.path().join("postgres");
    let first = Postgres::in_directory(&place).start().await.unwrap();
    first
        .execute("postgres", "create table kept (id int)")
        .await
        .unwrap();
    let (old, port) = (first.pid().unwrap(), first.port());
    // The same as if the parent process had died: the server is neither stopped nor waited for.
    std::mem::forget(first);

    let mut second = Postgres::in_directory(&place)
        .port(port)
        .start()
        .await
        .unwrap();
    assert_ne!(second.pid(), Some(old));
    assert_eq!(second.port(), port, "the port stays the same");
    assert_eq!(count(&second.superuser_url("postgres")).await, 0);
    second.stop().await.unwrap();
}

#[tokio::test]
async fn data_of_another_version_is_refused_and_not_deleted() {
    let directory = tempfile::tempdir().unwrap();
    let place = directory.path().join("postgres");
    let builder = |version| Postgres::in_directory(&place).version(version);
    let (old, new) = (
        Postgres::oldest_version().unwrap(),
        PostgresVersion::default(),
    );
    let mut first = builder(old).start().await.unwrap();
    first
        .execute("postgres", "create table kept (id int)")
        .await
        .unwrap();
    first.stop().await.unwrap();

    let refused = builder(new).start().await.unwrap_err().to_string();
    let expected = format!("holds data of PostgreSQL {old}, which PostgreSQL {new} cannot read");
    assert!(refused.contains(&expected), "{refused}");
    assert!(
        refused.contains(&format!("cargo dev --postgres {old}")),
        "{refused}"
    );

    let mut again = builder(old).start().await.unwrap();
    assert_eq!(count(&again.superuser_url("postgres")).await, 0);
    again.stop().await.unwrap();
}
