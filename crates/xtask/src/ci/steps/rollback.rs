//! Checks that a rollback is safe: the newest release passes its own API suite on the current schema.

use hallpass_platform::Error;
use hallpass_platform::processes::{Program, run as run_program};
use sqlx::{Connection as _, PgConnection};

use crate::ci::context::{Context, run_checked, test_threads};
use crate::ci::report;
use crate::release::{NONE, Release, TEMPLATE_PREFIX};

pub(super) async fn run(context: &mut Context) -> Result<(), Error> {
    let Some(before) = Release::newest(context.root()).await? else {
        report::say(NONE);
        return Ok(());
    };
    report::say(&format!("the API suite of {}", before.name));
    suite(context, &before).await
}

/// Runs the release's own tests and functions on the current schema.
///
/// The suite clones a template database whose name contains a hash of the release's migrations. This function creates
/// that template first, with the current migrations.
async fn suite(context: &mut Context, before: &Release) -> Result<(), Error> {
    let template = before.template().await?;
    let postgres = context.postgres().await?;
    let (server, url) = (
        postgres.superuser_url("postgres"),
        postgres.superuser_url(&template),
    );
    let drop = format!("drop database if exists {template}");
    postgres.execute("postgres", drop).await?;
    let create = format!("create database {template}");
    postgres.execute("postgres", create).await?;
    let templates = templates(&server).await?;
    let mut migrate =
        Program::new(context.root().join("target/debug/hallpass")).args(["migrate", "--json"]);
    migrate.environment = vec![
        ("DATABASE_URL".to_owned(), url),
        (
            "HALLPASS_APP_PASSWORD".to_owned(),
            hallpass_platform::random_password()?,
        ),
    ];
    let outcome = run_program(migrate).await?;
    if !outcome.status.success() {
        return Err(Error::Message(format!(
            "hallpass migrate: {}",
            outcome.stderr
        )));
    }
    // The suite expects an empty audit log, as after a migration of its own. `hallpass migrate` has recorded an event.
    let empty = "set session_replication_role = replica; truncate hallpass.audit_events";
    let postgres = context.postgres().await?;
    postgres.execute(&template, empty).await?;
    let mut test = before.cargo(&["test", "--test", "api"]);
    test.environment
        .push(("HALLPASS_TEST_DATABASE_URL".to_owned(), server.clone()));
    test.environment.push(test_threads());
    run_checked(test).await?;
    // If the suite has created a template of its own, it did not test the current schema.
    if self::templates(&server).await? == templates {
        return Ok(());
    }
    Err(Error::Message(format!(
        "the API suite of {} did not clone {template}",
        before.name
    )))
}

/// Names of the databases that tests clone.
async fn templates(server: &str) -> Result<Vec<String>, Error> {
    let mut connection = PgConnection::connect(server).await?;
    let query =
        "select datname::text from pg_database where starts_with(datname, $1) order by datname";
    let names = sqlx::query_scalar(query)
        .bind(TEMPLATE_PREFIX)
        .fetch_all(&mut connection)
        .await?;
    connection.close().await?;
    Ok(names)
}
