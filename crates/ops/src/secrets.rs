//! `hallpass secrets new`: what `HALLPASS_SECRET` is made of.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hallpass_core::config::SECRET_MIN_BYTES;
use serde_json::json;

use crate::failure::{Exit, Failure};
use crate::screen::Screen;

/// Prints the secret alone on its line, so that it can be piped where it belongs and seen by nobody.
pub(crate) fn new(screen: Screen) -> Result<Exit, Failure> {
    let mut bytes = [0; SECRET_MIN_BYTES];
    getrandom::fill(&mut bytes).map_err(|error| {
        let detail = format!("the system gives no randomness: {error}");
        Failure::new(Exit::Failed, "failed", detail)
    })?;
    let secret = STANDARD.encode(bytes);
    screen.answer(&json!({"secret": secret}), |out| writeln!(out, "{secret}"))?;
    Ok(Exit::Done)
}
