//! The functions and the commands, as the later steps run them.

use hallpass_platform::Error;

use crate::ci::context::Context;

pub(super) async fn run(context: &mut Context) -> Result<(), Error> {
    context.run_checked("cargo", &["build", "--bins"]).await
}
