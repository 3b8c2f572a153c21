//! Clippy. All warnings are errors.

use hallpass_platform::Error;

use crate::ci::context::Context;

pub(super) async fn run(context: &mut Context) -> Result<(), Error> {
    context
        .run_checked(
            "cargo",
            &[
                "clippy",
                "--workspace",
                "--all-targets",
                "--",
                "-D",
                "warnings",
            ],
        )
        .await
}
