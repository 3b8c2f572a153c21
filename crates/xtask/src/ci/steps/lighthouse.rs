//! Lighthouse on the console as it is built, through the gateway: 98 of 100 at the least.

use hallpass_platform::Error;

use crate::ci::context::{Context, run_checked};
use crate::ci::machine;

/// A package of its own, large: the console itself needs none of it.
const PACKAGE: &str = "web/lighthouse";

pub(super) async fn run(context: &mut Context) -> Result<(), Error> {
    machine::need_npm()?;
    if std::env::var_os("CHROMIUM_PATH").is_none() {
        machine::need(context, &["/usr/bin/chromium"], "chromium").await?;
    }
    let npm = [
        "ci",
        "--ignore-scripts",
        "--prefer-offline",
        "--no-audit",
        "--no-fund",
    ];
    run_checked(context.program_in(PACKAGE, "npm", &npm)).await?;
    let stack = context.stack().await?;
    let (url, administrator) = (stack.url().to_owned(), stack.administrator());
    let mut look = context.program_in(PACKAGE, "node", &["lighthouse.mjs", "--url", &url]);
    look.environment.extend(administrator);
    run_checked(look).await
}
