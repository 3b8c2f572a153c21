//! Builds the functions and commands for the steps after this one.

use hallpass_platform::Error;

use crate::ci::context::Context;

pub(super) async fn run(context: &mut Context) -> Result<(), Error> {
    context.run_checked("cargo", &["build", "--bins"]).await
}
