//! The API suite through a real PgBouncer: the two recipes are opposites, and both are deployed.

use crate::{
    Error,
    ci::context::{Context, must, test_threads},
    pgbouncer::{Login, PgBouncer, Settings},
};

pub(super) async fn run(context: &mut Context) -> Result<(), Error> {
    let postgres = context.postgres().await?;
    let url = postgres.superuser_url("postgres");
    let settings = Settings::for_server_on(postgres.port())
        .superuser(Login::from_url(&url)?)
        .default_pool_size(5);
    for statements in [200, 0] {
        let pooler =
            PgBouncer::start(&settings.clone().max_prepared_statements(statements)).await?;
        // No package is named, so that dependencies keep the features they were built with.
        let mut test = context.program("cargo", &["test", "--test", "api"]);
        test.environment
            .push(("HALLPASS_TEST_DATABASE_URL".to_owned(), url.clone()));
        test.environment
            .push(("HALLPASS_TEST_POOLER_URL".to_owned(), pooler.base_url()));
        test.environment.push(test_threads());
        must(test).await.map_err(|error| {
            Error::Step(format!(
                "with max_prepared_statements = {statements}: {error}"
            ))
        })?;
        // A suite that went past the pooler proves nothing.
        if !pooler.log().contains("login attempt") {
            return Err(Error::Step("nobody connected through PgBouncer".to_owned()));
        }
        pooler.stop().await?;
    }
    Ok(())
}
