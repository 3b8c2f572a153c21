//! The first request to a URL, which checks that it is a Hallpass deployment.

use super::HEALTH;
use super::client::{Answer, Site};
use crate::failure::{Exit, Failure};
use crate::outgoing::fault::Fault;

/// Requests `/health`. Returns the response even if the deployment is unhealthy; the caller evaluates it.
///
/// # Errors
/// There is no response, the URL is not that of a Hallpass deployment, or deployment protection is active.
pub(crate) async fn contact(site: &Site) -> Result<Answer, Failure> {
    let url = &site.origin.text;
    let answer = site.get(HEALTH).await;
    let answer = answer.map_err(|fault: Fault| fault.failure(url))?;
    if is_health(&answer) || answer.status >= 500 || !answer.header("x-vercel-error").is_empty() {
        return Ok(answer);
    }
    let status = answer.status;
    if is_protection(&answer) {
        let detail =
            format!("{url} is behind Vercel's deployment protection, which returned {status}");
        return Err(Failure::new(Exit::Unreachable, "protected", detail).next(
            "set VERCEL_AUTOMATION_BYPASS_SECRET to the project's secret for Protection Bypass for Automation",
        ));
    }
    let mut detail = format!("{url} is not a Hallpass deployment: {HEALTH} returned {status}");
    let location = answer.header("location");
    if !location.is_empty() {
        detail = format!("{detail} and redirects to {location}");
    }
    Err(Failure::new(Exit::Unreachable, "not_hallpass", detail)
        .next("check the host name and the port of the URL"))
}

/// Whether the response has the fields that docs/reference/API.md guarantees.
fn is_health(answer: &Answer) -> bool {
    matches!(answer.text("/status"), "healthy" | "degraded" | "unhealthy")
        && !answer.text("/services/database").is_empty()
}

/// Whether Vercel's deployment protection responded: with 401 and Vercel's page, or with a redirect to Vercel's
/// sign-in.
fn is_protection(answer: &Answer) -> bool {
    let leads_to_sign_in = answer
        .header("location")
        .starts_with("https://vercel.com/sso-api");
    let is_vercel = answer.header("server").eq_ignore_ascii_case("vercel")
        || answer.header("set-cookie").starts_with("_vercel_sso_nonce");
    leads_to_sign_in || matches!(answer.status, 401 | 403) && is_vercel
}
