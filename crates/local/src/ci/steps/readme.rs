//! What the documentation shows is what happens: its transcripts are run against the real stack.

use std::path::PathBuf;

use crate::{
    Error,
    ci::{
        context::Context,
        machine,
        transcript::{Exchange, answers, exchanges, matches, script},
    },
    processes::run as run_program,
};

/// Where pages say that the stack is.
const WRITTEN: &str = "http://localhost:3000";

pub(super) async fn run(context: &mut Context) -> Result<(), Error> {
    machine::need(context, &["curl"], "curl").await?;
    let mut failures = Vec::new();
    let mut count = 0;
    for page in pages(context)? {
        let markdown = std::fs::read_to_string(&page).map_err(Error::file(&page))?;
        let exchanges = exchanges(&markdown);
        if exchanges.is_empty() {
            continue;
        }
        count += exchanges.len();
        let name = page
            .strip_prefix(context.root())
            .unwrap_or(&page)
            .display()
            .to_string();
        for problem in differences(context, &exchanges).await? {
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

async fn differences(context: &mut Context, exchanges: &[Exchange]) -> Result<Vec<String>, Error> {
    let stack = context.stack().await?;
    let (url, mut environment) = (stack.url().to_owned(), stack.environment()?);
    environment.extend(stack.administrator());
    let mut shell = context.program("bash", &["-c", &script(exchanges).replace(WRITTEN, &url)]);
    shell.environment.extend(environment);
    shell.show_output = false;
    let outcome = run_program(shell).await?;
    let answers = answers(&outcome.stdout.replace(&url, WRITTEN));
    let mut problems = Vec::new();
    for (index, exchange) in exchanges.iter().enumerate() {
        match answers.get(index) {
            None => problems.push(format!(
                "{}: it was not reached\n{}",
                exchange.line, outcome.stderr
            )),
            Some((printed, status)) if *status != 0 || !matches(&exchange.output, printed) => {
                problems.push(format!(
                    "{}: {}\nexit status {status}; expected:\n{}printed:\n{printed}",
                    exchange.line, exchange.command, exchange.output
                ));
            }
            Some(_) => {}
        }
    }
    Ok(problems)
}
