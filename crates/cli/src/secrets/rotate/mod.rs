//! `hallpass secrets rotate`: adds a new secret, verifies that no user was signed out, and removes the previous secret
//! once nothing depends on it.
//!
//! The state between the steps is only in the two variables and in the audit log, so each step can be interrupted and
//! repeated.

mod at_once;
mod begin;
mod finish;
mod guide;
mod local_secrets;
mod trail;
mod verify;

use crate::cli::RotateOptions;
use crate::environment::Environment;
use crate::failure::{Exit, Failure};
use crate::output::Output;
use local_secrets::LocalSecrets;

const SECRET: &str = "HALLPASS_SECRET";
const PREVIOUS: &str = "HALLPASS_SECRET_PREVIOUS";

pub(super) async fn run(
    environment: &Environment,
    output: Output,
    options: &RotateOptions,
) -> Result<Exit, Failure> {
    let local = LocalSecrets::read(environment)?;
    if options.verify.is_some() {
        verify::run(environment, output, options, &local).await
    } else if options.finish {
        finish::run(environment, output, options, &local).await
    } else if options.at_once {
        at_once::run(environment, output, options, &local).await
    } else {
        begin::run(environment, output, options, &local).await
    }
}
