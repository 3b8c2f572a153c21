//! Machines that show a secret instead of an access token: scrapers, the platform's timer.

use axum::http::request::Parts;
use hallpass_core::Error;
use hallpass_core::config::Preshared;

use super::bearer;
use crate::respond::Problem;

/// Lets nobody in but who shows the secret, and nobody at all where there is none: whoever asks cannot tell which.
/// Costs no statement. `variable` is the one that holds the secret, for the log.
pub(crate) fn require_preshared(
    parts: &Parts,
    secret: Option<&Preshared>,
    variable: &'static str,
) -> Result<(), Problem> {
    let reason = match (secret, bearer::token(parts)) {
        (None, _) => "the variable is not set",
        (Some(_), None) => "no bearer token",
        (Some(secret), Some(shown)) if secret.is(shown) => return Ok(()),
        (Some(_), Some(_)) => "another token",
    };
    tracing::info!(
        event = "authn_token_refused",
        variable,
        reason,
        "machine refused"
    );
    Err(Error::Unauthenticated.into())
}
