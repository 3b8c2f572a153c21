//! Runs a test program whose functions connect through a real PgBouncer.
//!
//! Deployments use poolers with and without prepared statements, and a statement that works with one can fail with the
//! other. The step `tests` uses a pooler with prepared statements, the step `oldest` one without.

use hallpass_platform::pgbouncer::{Login, PgBouncer, Settings};
use hallpass_platform::processes::Program;
use hallpass_platform::{Error, Postgres};

use super::context::{run_checked, test_threads};

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
    run_checked(test).await?;
    // The suite proves nothing if it connected to PostgreSQL directly.
    if !pooler.log().contains("login attempt") {
        return Err(Error::Message(
            "no test connected through PgBouncer".to_owned(),
        ));
    }
    pooler.stop().await
}
