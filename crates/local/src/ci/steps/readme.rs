//! What the documentation shows is what happens: its transcripts are run against the real stack.

use std::path::PathBuf;

use crate::{
    Error,
    ci::{
        context::Context,
        machine,
        transcript::{differences, exchanges},
    },
};

/// How a block is fenced that is run.
const FENCE: &str = "console readme-test";

pub(super) async fn run(context: &mut Context) -> Result<(), Error> {
    machine::need(context, &["curl"], "curl").await?;
    let mut failures = Vec::new();
    let mut count = 0;
    for page in pages(context)? {
        let markdown = std::fs::read_to_string(&page).map_err(Error::file(&page))?;
        let exchanges = exchanges(&markdown, FENCE);
        if exchanges.is_empty() {
            continue;
        }
        count += exchanges.len();
        let name = page
            .strip_prefix(context.root())
            .unwrap_or(&page)
            .display()
            .to_string();
        let stack = context.stack().await?;
        let url = stack.url().to_owned();
        let mut variables = stack.environment()?;
        variables.extend(stack.administrator());
        for problem in differences(context, &exchanges, &url, variables).await? {
            failures.push(format!("{name}:{problem}"));
        }
    }
    if count == 0 {
        return Err(Error::Step(
            "no page has a block fenced as ```console readme-test".to_owned(),
        ));
    }
    if failures.is_empty() {
        Ok(())
    } else {
        Err(Error::Step(failures.join("\n")))
    }
}

/// README.md and the pages in docs/.
fn pages(context: &Context) -> Result<Vec<PathBuf>, Error> {
    let docs = context.root().join("docs");
    let mut pages: Vec<_> = std::fs::read_dir(&docs)
        .map_err(Error::file(&docs))?
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| path.extension().is_some_and(|extension| extension == "md"))
        .collect();
    pages.sort();
    pages.insert(0, context.root().join("README.md"));
    Ok(pages.into_iter().filter(|page| page.is_file()).collect())
}
