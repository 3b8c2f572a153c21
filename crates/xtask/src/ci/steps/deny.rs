//! cargo-deny without its advisories: those come from a code host and have a workflow of their own.

use hallpass_platform::Error;

use crate::ci::context::Context;
use crate::ci::machine;

/// Pinned: a new release may find something new, and that is a change of its own.
const VERSION: &str = "0.20.2";

pub(super) async fn run(context: &mut Context) -> Result<(), Error> {
    if !machine::has(&["cargo-deny"]) {
        context
            .must(
                "cargo",
                &["install", "cargo-deny", "--locked", "--version", VERSION],
            )
            .await?;
    }
    for manifest in ["Cargo.toml", "fuzz/Cargo.toml"] {
        let of = ["deny", "--manifest-path", manifest, "check"];
        let what = ["--hide-inclusion-graph", "bans", "licenses", "sources"];
        context.must("cargo", &[&of[..], &what].concat()).await?;
    }
    Ok(())
}
