//! Runs every command in the runbook with a stack of its own. Commands of the Vercel CLI need an account, so they are
//! compared with the help text of the CLI, as are those in the workflows.

use std::path::Path;

use hallpass_platform::Error;
use hallpass_platform::processes::run as run_program;

use crate::ci::context::Context;
use crate::ci::{machine, programs};
use crate::conformance::{Cli, usage};
use crate::drill::CLUSTER;
use crate::transcript::{Exchange, differences, exchanges};

const PAGE: &str = "docs/guide/RUNBOOK.md";
/// Info string of blocks whose commands are run.
const RUN: &str = "console run";
/// Info string of blocks whose commands need a Vercel account.
const ACCOUNT: &str = "console vercel";
/// Info string of blocks whose commands need a code host, which CI may not be able to reach.
const NETWORK: &str = "console network";
/// Creates and signs in the user of the incident with a compromised account.
const SUSPECT: &str = r#"
token=$(hallpass --json users create --email mallory@example.com --name Mallory | grep -o 'hpl_[A-Za-z0-9_-]*') &&
curl -sf -o /dev/null http://localhost:3000/api/recovery -H 'content-type: application/json' \
  -d "{\"token\": \"$token\", \"password\": \"seven quiet umbrellas\"}""#;

pub(super) async fn run(context: &mut Context) -> Result<(), Error> {
    machine::need(context, &["curl"], "curl").await?;
    machine::need(context, &["psql"], "postgresql-client").await?;
    machine::need_npm()?;
    let root = context.root().to_owned();
    let file = root.join(PAGE);
    let markdown = std::fs::read_to_string(&file).map_err(Error::file(&file))?;
    let mut problems = undeclared(&markdown);
    problems.extend(wrong_usage(&root, &markdown).await?);
    problems.extend(unknown_to_the_program(context, &markdown).await?);
    // The new server of a recovery, with an empty database, which a provider would create.
    let server = context.postgres().await?;
    for statement in ["drop database if exists", "create database"] {
        let statement = format!("{statement} recovered");
        server.execute("postgres", statement).await?;
    }
    let recovered = server.superuser_url("recovered");
    // The runbook needs its own stack, because some commands change it, for example by ending all sessions.
    context.stop_stack().await?;
    let stack = context.stack().await?;
    let (url, administrator) = (stack.url().to_owned(), stack.administrator());
    let mut variables = stack.environment()?;
    variables.extend(administrator);
    let path = programs::path(context).await?;
    let path = format!("{}:{path}", root.join("target/debug").display());
    variables.insert("PATH".to_owned(), path);
    variables.insert("NEW_DATABASE_URL".to_owned(), recovered);
    // The runbook watches a deployment for a quarter of an hour. A few seconds are enough here.
    variables.extend(
        [("WATCH", "6s"), ("EVERY", "1s")].map(|(name, value)| (name.to_owned(), value.to_owned())),
    );
    let mut exchanges = exchanges(&markdown, RUN);
    if exchanges.is_empty() {
        problems.push(format!("no block is fenced as ```{RUN}"));
    }
    exchanges.insert(0, prepared(SUSPECT));
    problems.extend(differences(context.program("bash", &[]), &exchanges, &url, variables).await?);
    context.stop_stack().await?;
    if problems.is_empty() {
        return Ok(());
    }
    let problems = problems.iter().map(|problem| format!("{PAGE}:{problem}"));
    Err(Error::Message(problems.collect::<Vec<_>>().join("\n")))
}

/// A command that is run before those of the page.
fn prepared(command: &str) -> Exchange {
    Exchange {
        line: 0,
        command: command.to_owned(),
        output: String::new(),
    }
}

/// Problems of commands that need the network and that the program does not know. They are only run with `--help`.
async fn unknown_to_the_program(context: &Context, markdown: &str) -> Result<Vec<String>, Error> {
    let mut problems = Vec::new();
    for Exchange { line, command, .. } in exchanges(markdown, NETWORK) {
        let mut asked = context.program("bash", &["-c", &format!("{command} --help")]);
        asked.show_output = false;
        let outcome = run_program(asked).await?;
        if !outcome.status.success() {
            problems.push(format!("{line}: {command}: {}", outcome.stderr));
        }
    }
    Ok(problems)
}

/// Code blocks without an info string that says whether their commands are run.
fn undeclared(markdown: &str) -> Vec<String> {
    let mut problems = Vec::new();
    let mut fenced = false;
    for (index, line) in markdown.lines().enumerate() {
        let Some(info) = line.strip_prefix("```") else {
            continue;
        };
        fenced = !fenced;
        let is_known = [RUN, ACCOUNT, NETWORK, CLUSTER, "text"].contains(&info.trim_end());
        if fenced && !is_known {
            problems.push(format!(
                "{}: fence it as ```{RUN}, ```{ACCOUNT}, ```{NETWORK}, ```{CLUSTER} or ```text",
                index + 1
            ));
        }
    }
    problems
}

/// Commands of the Vercel CLI, in the page and in the workflows, that the CLI does not support.
async fn wrong_usage(root: &Path, markdown: &str) -> Result<Vec<String>, Error> {
    let cli = Cli::installed(root).await?;
    let mut lines: Vec<_> = exchanges(markdown, ACCOUNT)
        .into_iter()
        .map(|exchange| (exchange.line.to_string(), exchange.command))
        .collect();
    let mut problems: Vec<_> = lines
        .iter()
        .filter(|(_, command)| !usage::calls_it(command))
        .map(|(line, command)| format!("{line}: not a command of the Vercel CLI: {command}"))
        .collect();
    lines.extend(of_workflows(root)?);
    for (line, command) in lines {
        let found = usage::problems(&cli, &command).await?;
        problems.extend(
            found
                .into_iter()
                .map(|problem| format!("{line}: {problem}")),
        );
    }
    Ok(problems)
}

/// The lines in workflows that run the Vercel CLI, each with its position.
fn of_workflows(root: &Path) -> Result<Vec<(String, String)>, Error> {
    let directory = root.join(".github/workflows");
    let mut lines = Vec::new();
    for entry in std::fs::read_dir(&directory).map_err(Error::file(&directory))? {
        let path = entry.map_err(Error::file(&directory))?.path();
        let text = std::fs::read_to_string(&path).map_err(Error::file(&path))?;
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        for (index, line) in text.lines().enumerate() {
            let command = line
                .trim()
                .trim_start_matches("- ")
                .trim_start_matches("run: ");
            if usage::calls_it(command) {
                lines.push((format!("{name}:{}", index + 1), command.to_owned()));
            }
        }
    }
    Ok(lines)
}

#[cfg(test)]
mod tests {
    use super::undeclared;

    #[test]
    fn a_block_that_does_not_say_whether_it_is_run_is_reported() {
        let page = "```console run\n$ true\n```\n```text\nHello\n```\n```console\n$ false\n```\n";
        assert_eq!(undeclared(page).len(), 1);
        assert!(undeclared(page)[0].starts_with("7: "));
    }
}
