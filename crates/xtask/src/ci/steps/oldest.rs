//! The suites of the functions and of the operator's command on the oldest supported PostgreSQL.
//!
//! A statement that needs a newer release fails there. The other releases are tested every night. The API suite
//! connects through a PgBouncer without prepared statements, so that one run covers both (see the step `pooler`).

use hallpass_platform::{Error, Postgres};

use super::pooler::{api_suite, through_pooler};
use crate::ci::context::{Context, run_checked, server, test_threads};
use crate::ci::{programs, report};

pub(super) async fn run(context: &mut Context) -> Result<(), Error> {
    let path = programs::path(context).await?;
    let mut postgres = server(Postgres::oldest_version()?).await?;
    report::say(&format!("PostgreSQL {}", postgres.version()));
    through_pooler(api_suite(context), &postgres, 0).await?;
    let mut test = context.program("cargo", &["test", "--test", "command"]);
    test.environment.extend([
        (
            "HALLPASS_TEST_DATABASE_URL".to_owned(),
            postgres.superuser_url("postgres"),
        ),
        ("PATH".to_owned(), path),
        test_threads(),
    ]);
    run_checked(test).await?;
    postgres.stop().await
}
