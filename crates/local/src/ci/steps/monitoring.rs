//! Metrics as monitoring reads them: with its own parser, over HTTP.

use std::collections::BTreeMap;

use crate::{
    Error, Platform,
    ci::{
        context::{Context, must},
        python::Python,
    },
};

const DIRECTORY: &str = "tests/monitoring";
/// What the scraper shows.
const TOKEN: &str = "HALLPASS_METRICS_TOKEN";

pub(super) async fn run(context: &mut Context) -> Result<(), Error> {
    let python = Python::with(context, &format!("{DIRECTORY}/requirements.txt")).await?;
    let mut read = python.program(context, "python");
    read.arguments
        .extend(["-B".into(), format!("{DIRECTORY}/metrics.py").into()]);
    let root = context.root().to_owned();
    let given: BTreeMap<_, _> = context.stack().await?.environment()?;
    let token = crate::random_secret()?;
    let platform = ["HALLPASS_SECRET", "DATABASE_URL"]
        .into_iter()
        .filter_map(|name| given.get_key_value(name))
        .fold(Platform::builder().root(&root), |builder, (name, value)| {
            builder.env(name, value)
        })
        .env(TOKEN, &token)
        .start()
        .await?;
    read.environment.extend([
        ("HALLPASS_URL".to_owned(), platform.url().to_owned()),
        (TOKEN.to_owned(), token),
    ]);
    must(read).await?;
    platform.stop().await;
    Ok(())
}
