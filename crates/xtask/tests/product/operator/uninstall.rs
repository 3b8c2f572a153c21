//! The SQL in docs/guide/UNINSTALL.md, run by the owner, removes everything from the database and the server.

use hallpass_platform::Postgres;
use sqlx::{AssertSqlSafe, Connection as _, PgConnection, query_scalar};

use super::hallpass;

const PAGE: &str = include_str!("../../../../../docs/guide/UNINSTALL.md");
/// Number of remaining schemas and roles of Hallpass, and of foreign keys that refer to its tables.
const LEFT: &str = "select
    (select count(*) from pg_namespace where nspname = 'hallpass')
    + (select count(*) from pg_roles where rolname ~ '^hallpass_')
    + (select count(*) from pg_constraint where conrelid = 'notes'::regclass and contype = 'f')";

#[tokio::test]
async fn the_sql_of_the_page_removes_the_schema_and_every_role() {
    let mut postgres = Postgres::temporary().start().await.unwrap();
    for statement in [
        "create role owner login createrole password 'owner'",
        "create database own owner owner",
    ] {
        postgres.execute("postgres", statement).await.unwrap();
    }
    postgres
        .execute("own", "create extension pg_trgm")
        .await
        .unwrap();
    let url = postgres.url("owner", "owner", "own");
    let migrated = hallpass(&["migrate", "--deploy"])
        .env("DATABASE_URL", &url)
        .env(
            "HALLPASS_SECRET",
            &hallpass_platform::random_secret().unwrap(),
        )
        .env("VERCEL_ENV", "production")
        .env("VERCEL_PROJECT_PRODUCTION_URL", "accounts.example.com");
    let migrated = migrated.run().await;
    assert_eq!(migrated.code, 0, "{migrated:#?}");
    let mut owner = PgConnection::connect(&url).await.unwrap();
    let application = "create table notes (owner_id uuid references hallpass.users (id))";
    sqlx::raw_sql(application)
        .execute(&mut owner)
        .await
        .unwrap();
    let left: i64 = query_scalar(LEFT).fetch_one(&mut owner).await.unwrap();
    assert_eq!(left, 5, "a schema, three roles and a foreign key");

    let blocks: Vec<_> = PAGE.split("```sql\n").skip(1).collect();
    assert_eq!(blocks.len(), 2);
    for block in blocks {
        let sql = block.split("```").next().unwrap();
        let done = sqlx::raw_sql(AssertSqlSafe(sql)).execute(&mut owner).await;
        done.unwrap_or_else(|error| panic!("{sql}: {error}"));
    }
    let left: i64 = query_scalar(LEFT).fetch_one(&mut owner).await.unwrap();
    assert_eq!(left, 0);
    owner.close().await.unwrap();
    postgres.stop().await.unwrap();
}
