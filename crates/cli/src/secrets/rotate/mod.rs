//! `hallpass secrets rotate`: a new secret beside the old one, a look that nobody was signed out, and the old one
//! dropped once nothing depends on it.
//!
//! Nothing is kept between the steps but the two variables themselves, and what the audit trail tells: each step can
//! be interrupted, and run again.

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
