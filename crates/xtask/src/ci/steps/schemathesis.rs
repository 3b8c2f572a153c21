//! Compares openapi.json with the responses of the functions to generated requests (Schemathesis).

use hallpass_platform::Error;

use crate::ci::context::{Context, run_checked};
use crate::ci::python::Python;
use crate::site::Site;

/// The packages to install, with the hash of every file.
const REQUIREMENTS: &str = "tests/schemathesis/requirements.txt";

/// The users that `cargo dev --demo` creates before the generated requests are sent.
const DEMO_USERS: u32 = 40;

/// Fails unless exactly the administrator and the invented users exist.
async fn check_demo(url: &str, administrator: &[(String, String); 2]) -> Result<(), Error> {
    let [(_, email), (_, password)] = administrator;
    let site = Site::new(url);
    let session = site.sign_in(email, password).await?;
    let token = Some(session.access_token.as_str());
    let listed = site
        .get("/api/users?page=1&size=1", token)
        .await?
        .expect(200)?;
    let total = &listed.json["total"];
    if total["value"] == DEMO_USERS + 1 {
        return Ok(());
    }
    Err(Error::Message(format!(
        "cargo dev --demo {DEMO_USERS} and an administrator made {total} users"
    )))
}

pub(super) async fn run(context: &mut Context) -> Result<(), Error> {
    let python = Python::with(context, REQUIREMENTS).await?;
    // The step needs its own stack, because it leaves hundreds of accounts behind.
    context.stop_stack().await?;
    let users = DEMO_USERS.to_string();
    let stack = context.stack_with(&["--demo", &users]).await?;
    let (url, administrator) = (stack.url().to_owned(), stack.administrator());
    let demo = check_demo(&url, &administrator).await;
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
    let outcome = match demo {
        Ok(()) => run_checked(program).await,
        Err(error) => Err(error),
    };
    context.stop_stack().await?;
    outcome
}
