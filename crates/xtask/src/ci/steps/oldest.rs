//! The API suite on the oldest supported PostgreSQL, through a PgBouncer without prepared statements.
//!
//! A statement that needs a newer version of PostgreSQL fails here. The nightly run executes all tests on all supported
//! versions, including this one. One run covers both the oldest version and the pooler (see the step `pooler`).

use hallpass_platform::{Error, Postgres};

use super::pooler::{api_suite, through_pooler};
use crate::ci::context::{Context, server};
use crate::ci::report;

pub(super) async fn run(context: &mut Context) -> Result<(), Error> {
    let mut postgres = server(Postgres::oldest_version()?).await?;
    report::say(&format!("PostgreSQL {}", postgres.version()));
    through_pooler(api_suite(context), &postgres, 0).await?;
    postgres.stop().await
}
