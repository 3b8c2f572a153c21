//! Verification of access tokens by third parties: with their libraries, the published keys and HTTP.
//!
//! Two platforms with the same secret and database but different environments run, so that each has tokens that the
//! other must refuse.

use std::path::Path;

use hallpass_platform::{Error, Platform};

use crate::ci::context::{Context, run_checked};
use crate::ci::machine;
use crate::ci::python::Python;

const NODE: &str = "tests/clients/node";
const PYTHON: &str = "tests/clients/python";

pub(super) async fn run(context: &mut Context) -> Result<(), Error> {
    machine::need_npm()?;
    let npm = ["ci", "--ignore-scripts", "--no-audit", "--no-fund"];
    run_checked(context.program_in(NODE, "npm", &npm)).await?;
    let python = Python::with(context, &format!("{PYTHON}/requirements.txt")).await?;
    let mut verify = python.program(context, "python");
    verify
        .arguments
        .extend(["-B".into(), format!("{PYTHON}/verify.py").into()]);
    let root = context.root().to_owned();
    let stack = context.stack().await?;
    let preview = preview(&root, stack.environment()?).await?;
    let mut variables = stack.administrator().to_vec();
    variables.extend([
        ("HALLPASS_URL".to_owned(), stack.url().to_owned()),
        ("HALLPASS_PREVIEW_URL".to_owned(), preview.url().to_owned()),
    ]);
    for mut program in [
        context.program_in(NODE, "node", &["--test", "verify.test.mjs"]),
        verify,
    ] {
        program.environment.extend(variables.clone());
        run_checked(program).await?;
    }
    preview.stop().await;
    Ok(())
}

/// The same functions with the same secret and database, in the environment `preview`.
async fn preview(
    root: &Path,
    environment: impl IntoIterator<Item = (String, String)>,
) -> Result<Platform, Error> {
    let given = environment.into_iter();
    let shared = given.filter(|(name, _)| ["HALLPASS_SECRET", "DATABASE_URL"].contains(&&**name));
    shared
        .fold(Platform::builder().root(root), |builder, (name, value)| {
            builder.env(&name, value)
        })
        .env("VERCEL_ENV", "preview")
        .start()
        .await
}
