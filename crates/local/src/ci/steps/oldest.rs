//! The suites of the functions and of the operator's command on the oldest supported PostgreSQL.
//!
//! A statement that needs a newer release fails there. The other releases are tested every night.

use crate::{
    Error, Postgres,
    ci::{
        context::{Context, must, server, test_threads},
        programs, report,
    },
};

pub(super) async fn run(context: &mut Context) -> Result<(), Error> {
    let version = Postgres::oldest_version()?;
    if version == context.version() {
        report::say(&format!("the other steps use PostgreSQL {version}"));
        return Ok(());
    }
    let path = programs::path(context).await?;
    let mut postgres = server(version).await?;
    report::say(&format!("PostgreSQL {}", postgres.version()));
    let mut test = context.program("cargo", &["test", "--test", "api", "--test", "command"]);
    test.environment.extend([
        (
            "HALLPASS_TEST_DATABASE_URL".to_owned(),
            postgres.superuser_url("postgres"),
        ),
        ("PATH".to_owned(), path),
        test_threads(),
    ]);
    must(test).await?;
    postgres.stop().await
}
