//! All tests. They create their own databases on the server of this run, and the functions of the API suite connect to
//! it through a PgBouncer that keeps prepared statements. That tests the same statements as a direct connection, which
//! the product suite and the command use, and a whole run of the API suite less.

use hallpass_platform::Error;

use crate::ci::context::Context;
use crate::ci::pooler::through_pooler;
use crate::ci::programs;

/// PgBouncer's own default.
const PREPARED_STATEMENTS: u32 = 200;

pub(super) async fn run(context: &mut Context) -> Result<(), Error> {
    let path = programs::path(context).await?;
    let mut test = context.program("cargo", &["test", "--no-fail-fast"]);
    // Tests of backups use the real pg_dump.
    test.environment.push(("PATH".to_owned(), path));
    through_pooler(test, context.postgres().await?, PREPARED_STATEMENTS).await
}
