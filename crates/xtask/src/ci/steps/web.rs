//! Checks of the console. Each is a script in web/package.json.

use hallpass_platform::Error;

use crate::ci::context::{Context, run_checked};
use crate::ci::machine;

/// The scripts in the order in which they run: cheap ones first.
const SCRIPTS: [&str; 7] = [
    "format:check",
    "lint",
    "unused",
    "types",
    "generate:check",
    "test",
    "build",
];

pub(super) async fn run(context: &mut Context) -> Result<(), Error> {
    machine::need_npm()?;
    run_checked(context.program_in("web", "npm", &["ci", "--no-audit", "--no-fund"])).await?;
    for script in SCRIPTS {
        run_checked(context.program_in("web", "npm", &["run", script])).await?;
    }
    Ok(())
}
