//! The API suite on the oldest supported PostgreSQL, through a PgBouncer without prepared statements.
//!
//! A statement that needs a newer version of PostgreSQL fails here. The nightly run executes all tests on all supported
//! versions, including this one. The two explorations of rules are left out here: they take half of the suite's time, and
//! what they find does not depend on the version.

use hallpass_platform::{Error, Postgres};

use crate::ci::context::{Context, server};
use crate::ci::pooler::through_pooler;
use crate::ci::report;

pub(super) async fn run(context: &mut Context) -> Result<(), Error> {
    let mut postgres = server(Postgres::oldest_version()?).await?;
    report::say(&format!("PostgreSQL {}", postgres.version()));
    // No package is named, so that dependencies keep the features they were built with.
    let mut suite = context.program("cargo", &["test", "--test", "api", "--"]);
    for exploration in ["exploration::", "interleavings::"] {
        suite
            .arguments
            .extend(["--skip".into(), exploration.into()]);
    }
    through_pooler(suite, &postgres, 0).await?;
    postgres.stop().await
}
