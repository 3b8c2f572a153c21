//! The short form of `cargo faults`.

use hallpass_platform::Error;

use crate::ci::context::Context;

pub(super) async fn run(context: &mut Context) -> Result<(), Error> {
    context.run_checked("cargo", &["faults", "--short"]).await
}
