//! A rollback is always safe: what the release before was held to, it is held to on today's schema.

use sqlx::{Connection as _, PgConnection};

use crate::{
    Error,
    ci::{
        context::{Context, must, test_threads},
        report,
    },
    processes::{Program, run as run_program},
    release::Release,
};

/// Tests of releases before 0.1.0 that say which number the schema has, which a newer one's has not.
/// What health says after a rollback, the drill looks at.
const OF_THE_SCHEMAS_NUMBER: [&str; 4] = [
    "health::a_healthy_system_says_so_in_exactly_the_fields_that_monitors_expect",
    "health::a_migration_that_failed_does_not_count",
    "health::while_the_schema_is_behind_it_is_degraded_and_serves",
    "system::shows_release_instance_and_database_in_one_statement",
];

pub(super) async fn run(context: &mut Context) -> Result<(), Error> {
    let before = Release::last(context.root()).await?;
    report::say(&format!("the release before: {}", before.name));
    suite(context, &before).await
}

/// The API suite of the release before: its own tests and functions, today's schema.
///
/// Its tests clone a database that is named after their migrations. It is there already, with ours.
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
            crate::random_password()?,
        ),
    ];
    let outcome = run_program(migrate).await?;
    if !outcome.status.success() {
        return Err(Error::Step(format!("hallpass migrate: {}", outcome.stderr)));
    }
    // The trail begins empty there, as where the suite migrates by itself; the command tells what it did.
    let empty = "set session_replication_role = replica; truncate audit_events";
    let postgres = context.postgres().await?;
    postgres.execute(&template, empty).await?;
    let mut test = before.cargo(&["test", "--test", "api", "--"]);
    let exceptions = OF_THE_SCHEMAS_NUMBER.iter();
    test.arguments
        .extend(exceptions.flat_map(|name| ["--skip".into(), (*name).into()]));
    test.environment
        .push(("HALLPASS_TEST_DATABASE_URL".to_owned(), server.clone()));
    test.environment.push(test_threads());
    must(test).await?;
    // Tests that had made a database of their own would have proved nothing.
    if self::templates(&server).await? == templates {
        return Ok(());
    }
    Err(Error::Step(format!(
        "the tests of the release before did not clone {template}"
    )))
}

/// The databases that tests clone.
async fn templates(server: &str) -> Result<Vec<String>, Error> {
    let mut connection = PgConnection::connect(server).await?;
    let query = "select datname::text from pg_database where datname like 'hallpass_template_%' \
                 order by datname";
    let names = sqlx::query_scalar(query).fetch_all(&mut connection).await?;
    connection.close().await?;
    Ok(names)
}
