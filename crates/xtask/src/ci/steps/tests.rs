//! All tests. They create their own databases on the server of this run.

use hallpass_platform::Error;

use crate::ci::context::{Context, run_checked, test_threads};
use crate::ci::programs;

pub(super) async fn run(context: &mut Context) -> Result<(), Error> {
    let url = context.postgres().await?.superuser_url("postgres");
    let path = programs::path(context).await?;
    let mut test = context.program("cargo", &["test"]);
    test.environment
        .push(("HALLPASS_TEST_DATABASE_URL".to_owned(), url));
    // Tests of backups use the real pg_dump.
    test.environment.push(("PATH".to_owned(), path));
    test.environment.push(test_threads());
    run_checked(test).await
}
