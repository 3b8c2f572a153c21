//! Authenticates machines by a shared secret instead of an access token: metrics scrapers, the platform's scheduler.

use axum::http::request::Parts;
use hallpass_core::Error;
use hallpass_core::config::Preshared;

use super::bearer;
use crate::respond::Problem;

/// Requires the secret as bearer token. If no secret is configured, every request is refused in the same way. Needs no
/// database statement. `variable` is the name of the variable with the secret, for the log.
pub(crate) fn require_preshared(
    parts: &Parts,
    secret: Option<&Preshared>,
    variable: &'static str,
) -> Result<(), Problem> {
    let reason = match (secret, bearer::token(parts)) {
        (None, _) => "the variable is not set",
        (Some(_), None) => "no bearer token",
        (Some(secret), Some(shown)) if secret.is(shown) => return Ok(()),
        (Some(_), Some(_)) => "wrong token",
    };
    tracing::info!(
        event = "authn_token_refused",
        variable,
        reason,
        "request without the shared secret refused"
    );
    Err(Error::Unauthenticated.into())
}
