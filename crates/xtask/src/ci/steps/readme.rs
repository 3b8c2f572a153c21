//! Runs the transcripts in the documentation with a real stack, and compares their output.

use std::path::PathBuf;

use hallpass_platform::Error;

use crate::ci::context::Context;
use crate::ci::machine;
use crate::transcript::{differences, exchanges};

/// Info string of code blocks that are run.
const FENCE: &str = "console readme-test";

pub(super) async fn run(context: &mut Context) -> Result<(), Error> {
    machine::need(context, &["curl"], "curl").await?;
    machine::need(context, &["jq"], "jq").await?;
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
        for problem in
            differences(context.program("bash", &[]), &exchanges, &url, variables).await?
        {
            failures.push(format!("{name}:{problem}"));
        }
    }
    if count == 0 {
        return Err(Error::Message(
            "no page has a block fenced as ```console readme-test".to_owned(),
        ));
    }
    if failures.is_empty() {
        Ok(())
    } else {
        Err(Error::Message(failures.join("\n")))
    }
}

/// README.md and the pages in docs/.
fn pages(context: &Context) -> Result<Vec<PathBuf>, Error> {
    let mut pages = vec![context.root().join("README.md")];
    let mut folders = vec![context.root().join("docs")];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).map_err(Error::file(&folder))? {
            let path = entry.map_err(Error::file(&folder))?.path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "md") {
                pages.push(path);
            }
        }
    }
    pages[1..].sort();
    Ok(pages)
}
