//! `hallpass secrets`: generates and rotates `HALLPASS_SECRET`, and prints the secret that signs alert webhooks.

mod env_file;
mod rotate;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hallpass_core::config::SECRET_MIN_BYTES;
use hallpass_core::keys::Keys;
use hallpass_core::monitoring::alerts;
use serde_json::json;

use crate::cli::SecretsCommand;
use crate::environment::Environment;
use crate::failure::{Exit, Failure};
use crate::output::Output;

pub(crate) async fn run(
    environment: &Environment,
    output: Output,
    command: &SecretsCommand,
) -> Result<Exit, Failure> {
    match command {
        SecretsCommand::New => new(output),
        SecretsCommand::Webhook => webhook(environment, output),
        SecretsCommand::Rotate(options) => rotate::run(environment, output, options).await,
    }
}

/// Prints the secret and nothing else, so that it can be piped without being displayed.
fn new(output: Output) -> Result<Exit, Failure> {
    let secret = random()?;
    output.answer(&json!({"secret": secret}), |out| writeln!(out, "{secret}"))?;
    Ok(Exit::Done)
}

fn random() -> Result<String, Failure> {
    let mut bytes = [0; SECRET_MIN_BYTES];
    getrandom::fill(&mut bytes).map_err(|error| {
        let detail = "the operating system provides no random numbers";
        Failure::new(Exit::Failed, "failed", detail).because(error)
    })?;
    Ok(STANDARD.encode(bytes))
}

/// Prints the secret for webhooks, which is derived from the current secret. During a rotation, messages are signed
/// with both secrets.
fn webhook(environment: &Environment, output: Output) -> Result<Exit, Failure> {
    let keys = Keys::new(&environment.config()?);
    let secret = alerts::secret(&keys.current);
    let of = keys.environment.as_str();
    let json = json!({"secret": secret, "environment": of});
    output.answer(&json, |out| writeln!(out, "{secret}"))?;
    Ok(Exit::Done)
}
