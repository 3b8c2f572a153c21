//! Generates openapi.json (OpenAPI 3.1) from the routes. Only tests and tools call this: the functions serve the
//! checked-in file.

use utoipa::openapi::security::{Http, HttpAuthScheme, SecurityScheme};
use utoipa::{Modify, OpenApi};

use crate::respond::ProblemDocument;
use crate::routes;

#[derive(OpenApi)]
#[openapi(
    info(
        title = "Hallpass",
        description = "User management: accounts, sign-in, sessions, roles and the audit log. Failed requests are answered with RFC 9457 problem details; programs should rely on `code`.",
        license(name = "Apache-2.0", identifier = "Apache-2.0")
    ),
    tags(
        (name = "session", description = "Sign-in, sign-out, token refresh and one-time links."),
        (name = "me", description = "The current user's own account, password and sessions."),
        (name = "users", description = "Administration of users, their roles and their sessions."),
        (name = "audit", description = "The audit log and sign-in statistics."),
        (name = "system", description = "Health, system status, metrics, daily maintenance, public keys and this document."),
    ),
    components(schemas(ProblemDocument)),
    modifiers(&SecuritySchemes)
)]
struct Document;

struct SecuritySchemes;

impl Modify for SecuritySchemes {
    fn modify(&self, document: &mut utoipa::openapi::OpenApi) {
        let mut access_token = Http::new(HttpAuthScheme::Bearer);
        access_token.bearer_format = Some("JWT".to_owned());
        access_token.description =
            Some("Access token, as sign-in and refresh return it.".to_owned());
        let mut metrics = Http::new(HttpAuthScheme::Bearer);
        metrics.description = Some("Value of `HALLPASS_METRICS_TOKEN`.".to_owned());
        let mut cron = Http::new(HttpAuthScheme::Bearer);
        cron.description =
            Some("Value of `CRON_SECRET`, which Vercel's scheduler sends.".to_owned());
        let components = document.components.get_or_insert_with(Default::default);
        components.add_security_scheme("metrics", SecurityScheme::Http(metrics));
        components.add_security_scheme("cron", SecurityScheme::Http(cron));
        components.add_security_scheme("bearer", SecurityScheme::Http(access_token));
    }
}

/// The document as it is checked in: indented JSON with a trailing newline.
///
/// # Errors
/// The document cannot be serialized as JSON.
pub fn json() -> Result<String, serde_json::Error> {
    let mut document = Document::openapi();
    for part in routes::documents() {
        document.merge(part);
    }
    // The release is in the health endpoint. Here, it would make every release a change of the contract.
    "1".clone_into(&mut document.info.version);
    Ok(document.to_pretty_json()? + "\n")
}
