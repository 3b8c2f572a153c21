//! rustfmt for the workspace and for the fuzz targets, which are a separate workspace.

use hallpass_platform::Error;

use crate::ci::context::Context;

pub(super) async fn run(context: &mut Context) -> Result<(), Error> {
    let check: &[&str] = if context.may_fix() { &[] } else { &["--check"] };
    for whose in [
        &["fmt", "--all"][..],
        &["fmt", "--manifest-path", "fuzz/Cargo.toml"],
    ] {
        context
            .run_checked("cargo", &[whose, check].concat())
            .await?;
    }
    Ok(())
}
