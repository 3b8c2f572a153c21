//! The console in Chromium, against everything real; and what pages of other origins can do to it.

use hallpass_platform::Error;

use crate::ci::context::{Context, run_checked};
use crate::ci::machine;

pub(super) async fn run(context: &mut Context) -> Result<(), Error> {
    if std::env::var_os("CHROMIUM_PATH").is_none() {
        machine::need(context, &["/usr/bin/chromium"], "chromium").await?;
    }
    if !context.root().join("web/node_modules").is_dir() {
        run_checked(context.program_in("web", "npm", &["ci", "--no-audit", "--no-fund"])).await?;
    }
    let stack = context.stack().await?;
    let (url, administrator) = (stack.url().to_owned(), stack.administrator());
    // The journeys take the database away, crowd it and make it old: as its owner.
    let owner = stack.environment()?.remove_entry("DATABASE_URL_UNPOOLED");
    let mut journeys = context.program_in("web", "npm", &["run", "e2e"]);
    journeys.environment.push(("HALLPASS_URL".to_owned(), url));
    journeys.environment.extend(administrator);
    journeys.environment.extend(owner);
    run_checked(journeys).await
}
