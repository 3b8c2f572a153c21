//! Conformance with the Vercel CLI; see [`crate::conformance`].

use std::path::Path;

use hallpass_platform::{Error, random_secret};

use crate::ci::context::Context;
use crate::ci::{machine, report};
use crate::conformance;
use crate::conformance::usage;

pub(super) async fn run(context: &mut Context) -> Result<(), Error> {
    machine::need_npm()?;
    let root = context.root().to_owned();
    let cli = conformance::Cli::installed(&root).await?;
    operators_commands(&root, &cli).await?;
    let mut tests = vec!["--test"];
    tests.extend([
        "deploy/build.test.mjs",
        "deploy/environment.test.mjs",
        "deploy/rust.test.mjs",
    ]);
    context.run_checked("node", &tests).await?;
    deploy(context, &cli).await?;
    conformance::verify(&root)?;
    let stack = context.stack().await?;
    let deployed = conformance::Deployed {
        url: stack.url().to_owned(),
        environment: stack.environment()?,
        administrator: stack.administrator().map(|(_, value)| value),
    };
    conformance::answer(&root, &deployed).await?;
    conformance::compare(&cli, &deployed).await
}

/// Compares the commands of the Vercel CLI in docs/reference/OPERATOR.md, which `hallpass secrets rotate` prints, with
/// the CLI's help text.
async fn operators_commands(root: &Path, cli: &conformance::Cli) -> Result<(), Error> {
    let page = root.join("docs/reference/OPERATOR.md");
    let text = std::fs::read_to_string(&page).map_err(Error::file(&page))?;
    let blocks = text.split("```").skip(1).step_by(2);
    let mut found = 0;
    for line in blocks.flat_map(str::lines).map(str::trim) {
        let line = line.trim_start_matches("$ ");
        if !usage::calls_it(line) {
            continue;
        }
        found += 1;
        let problems = usage::problems(cli, line).await?;
        if !problems.is_empty() {
            let problems = problems.join("; ");
            return Err(Error::Message(format!(
                "docs/reference/OPERATOR.md: {line}: {problems}"
            )));
        }
    }
    report::say(&format!(
        "{found} commands in docs/reference/OPERATOR.md are supported by the CLI"
    ));
    Ok(())
}

/// Builds a production deployment on a new database, and one whose migration fails.
async fn deploy(context: &mut Context, cli: &conformance::Cli) -> Result<(), Error> {
    let postgres = context.postgres().await?;
    postgres
        .execute("postgres", "drop database if exists vercel_build")
        .await?;
    postgres
        .execute("postgres", "create database vercel_build")
        .await?;
    let (url, secret) = (postgres.superuser_url("vercel_build"), random_secret()?);
    let nowhere = postgres.superuser_url("no_such_database");
    let variables = |database: &str| {
        [
            ("VERCEL_ENV", "production"),
            ("VERCEL_PROJECT_PRODUCTION_URL", "hallpass.example.com"),
            ("HALLPASS_SECRET", &secret),
            ("DATABASE_URL", database),
        ]
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
    };
    // The build that fails comes first, so that .vercel/output contains a successful build afterwards.
    match cli.build(&variables(&nowhere)).await {
        Err(error) if error.to_string().contains("migrate --deploy failed") => {}
        Err(error) => return Err(error),
        Ok(_) => {
            return Err(Error::Message(
                "a failed migration did not fail the build".to_owned(),
            ));
        }
    }
    let printed = cli.build(&variables(&url)).await?;
    report::say(&printed);
    // The build log must contain the one-time link of the first administrator.
    if printed.contains("https://hallpass.example.com/") {
        return Ok(());
    }
    Err(Error::Message(
        "the build printed no one-time link for the first administrator".to_owned(),
    ))
}
