//! cargo-deny and cargo-machete. Advisories are checked by a separate job of the workflow, because they need network
//! access.

use hallpass_platform::Error;

use crate::ci::context::Context;
use crate::ci::machine::cargo_tool;

/// The version is pinned, because a new one may find new problems, which are fixed in a separate change.
const DENY: &str = "0.20.2";
const MACHETE: &str = "0.9.2";

pub(super) async fn run(context: &mut Context) -> Result<(), Error> {
    let deny = cargo_tool(context, "cargo-deny", DENY).await?;
    for manifest in ["Cargo.toml", "fuzz/Cargo.toml"] {
        let of = ["--manifest-path", manifest, "check"];
        let what = ["--hide-inclusion-graph", "bans", "licenses", "sources"];
        context
            .run_checked(&deny, &[&of[..], &what].concat())
            .await?;
    }
    let machete = cargo_tool(context, "cargo-machete", MACHETE).await?;
    context.run_checked(&machete, &[".", "fuzz"]).await
}
