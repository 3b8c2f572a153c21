//! Tests of the console in Chromium with a real stack, and of attacks by pages of other origins.

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
    // The tests stop the database, use up its connections and downgrade its schema. This needs the owner's connection.
    let owner = stack.environment()?.remove_entry("DATABASE_URL_UNPOOLED");
    let mut journeys = context.program_in("web", "npm", &["run", "e2e"]);
    journeys.environment.push(("HALLPASS_URL".to_owned(), url));
    journeys.environment.extend(administrator);
    journeys.environment.extend(owner);
    run_checked(journeys).await
}
