//! Lighthouse on the built console behind the gateway. All scores must be at least 98 of 100.

use hallpass_platform::Error;

use crate::ci::context::{Context, run_checked};
use crate::ci::machine;

/// A separate package, because it is large and the console does not need it.
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
