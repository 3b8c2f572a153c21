//! Compares openapi.json with the responses of the functions to generated requests (Schemathesis).

use hallpass_platform::Error;

use crate::ci::context::{Context, run_checked};
use crate::ci::python::Python;

/// The packages to install, with the hash of every file.
const REQUIREMENTS: &str = "tests/schemathesis/requirements.txt";

pub(super) async fn run(context: &mut Context) -> Result<(), Error> {
    let python = Python::with(context, REQUIREMENTS).await?;
    // The step needs its own stack, because it leaves hundreds of accounts behind.
    context.stop_stack().await?;
    let stack = context.stack().await?;
    let (url, administrator) = (stack.url().to_owned(), stack.administrator());
    let mut program = python.program(context, "schemathesis");
    program.arguments.extend(
        [
            "--config-file",
            "tests/schemathesis/schemathesis.toml",
            "run",
            "openapi.json",
            "--url",
            &url,
        ]
        .map(Into::into),
    );
    program.environment.extend(administrator);
    program.environment.extend(
        [
            ("HALLPASS_URL", url.as_str()),
            ("PYTHONPATH", "tests/schemathesis"),
        ]
        .map(|(name, value)| (name.to_owned(), value.to_owned())),
    );
    let outcome = run_checked(program).await;
    context.stop_stack().await?;
    outcome
}
