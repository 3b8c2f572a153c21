//! rustfmt, over the whole workspace.

use crate::{Error, ci::context::Context};

pub(super) async fn run(context: &mut Context) -> Result<(), Error> {
    let check: &[&str] = if context.may_fix() { &[] } else { &["--check"] };
    context
        .must("cargo", &[&["fmt", "--all"], check].concat())
        .await
}
