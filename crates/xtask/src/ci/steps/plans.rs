//! Plans, pages and rows of every operation with few and with many users. Takes no times.

use hallpass_platform::Error;

use crate::ci::context::Context;

pub(super) async fn run(context: &mut Context) -> Result<(), Error> {
    context
        .run_checked(
            "cargo",
            &["run", "--bin=benchmarks", "--", "scale", "--short"],
        )
        .await
}
