//! `hallpass secrets`: what `HALLPASS_SECRET` is made of, and what is made of it for others.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hallpass_core::config::SECRET_MIN_BYTES;
use hallpass_core::daily;
use hallpass_core::keys::Keys;
use serde_json::json;

use crate::environment::Environment;
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

/// Prints the current secret's alone on its line. While secrets are being replaced, both sign.
pub(crate) fn webhook(environment: &Environment, screen: Screen) -> Result<Exit, Failure> {
    let keys = Keys::new(&environment.config()?);
    let secret = daily::secret(&keys.current);
    let of = keys.environment.as_str();
    let json = json!({"secret": secret, "environment": of});
    screen.answer(&json, |out| writeln!(out, "{secret}"))?;
    Ok(Exit::Done)
}
