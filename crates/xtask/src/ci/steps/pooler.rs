//! The API suite through a real PgBouncer that keeps prepared statements. The step `oldest` runs it through one
//! that has none: deployments use both settings, and a statement that works with one can fail with the other.

use hallpass_platform::pgbouncer::{Login, PgBouncer, Settings};
use hallpass_platform::processes::Program;
use hallpass_platform::{Error, Postgres};

use crate::ci::context::{Context, run_checked, test_threads};

/// The default of PgBouncer.
const PREPARED_STATEMENTS: u32 = 200;

pub(super) async fn run(context: &mut Context) -> Result<(), Error> {
    let test = api_suite(context);
    through_pooler(test, context.postgres().await?, PREPARED_STATEMENTS).await
}

/// The command names no package, so that dependencies keep the features that they were built with.
pub(super) fn api_suite(context: &Context) -> Program {
    context.program("cargo", &["test", "--test", "api"])
}

/// Runs a test program on this server through a PgBouncer with `max_prepared_statements`.
pub(super) async fn through_pooler(
    mut test: Program,
    postgres: &Postgres,
    max_prepared_statements: u32,
) -> Result<(), Error> {
    let url = postgres.superuser_url("postgres");
    let settings = Settings::for_server_on(postgres.port())
        .superuser(Login::from_url(&url)?)
        .default_pool_size(5)
        .max_prepared_statements(max_prepared_statements);
    let pooler = PgBouncer::start(&settings).await?;
    test.environment.extend([
        ("HALLPASS_TEST_DATABASE_URL".to_owned(), url),
        ("HALLPASS_TEST_POOLER_URL".to_owned(), pooler.base_url()),
        test_threads(),
    ]);
    run_checked(test).await.map_err(|error| {
        Error::Message(format!(
            "with max_prepared_statements = {max_prepared_statements}: {error}"
        ))
    })?;
    // The suite proves nothing if it connected to PostgreSQL directly.
    if !pooler.log().contains("login attempt") {
        return Err(Error::Message(
            "no test connected through PgBouncer".to_owned(),
        ));
    }
    pooler.stop().await
}
