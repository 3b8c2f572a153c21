//! The OpenAPI 3.1 document, generated from the routes. Only tests and tools call this: the functions
//! serve the checked-in text.

use utoipa::openapi::security::{Http, HttpAuthScheme, SecurityScheme};
use utoipa::{Modify, OpenApi};

use crate::routes::{audit, cron, health, keys, login, logout, me, recovery, refresh, users};

#[derive(OpenApi)]
#[openapi(
    info(
        title = "Hallpass",
        description = "Accounts, sign-in, sessions. Errors are RFC 9457 problem details.",
        license(name = "Apache-2.0", identifier = "Apache-2.0")
    ),
    paths(
        health::check, health::system::show, health::metrics::show, cron::run_daily, keys::list_keys, keys::show_document, login::sign_in, logout::sign_out, refresh::refresh,
        recovery::redeem, users::list::list_users, users::create::create_user, users::create::renew_setup_link,
        users::one::show_user, users::one::update_user, users::one::deactivate_user,
        users::sessions::list_user_sessions, users::sessions::end_user_sessions, users::sessions::end_user_session,
        users::roles::list_roles, users::change_many::change_users, users::export::export_users,
        audit::list::list_events, audit::sign_ins::count_sign_ins,
        me::show_own, me::update_own, me::change_password, me::list_own_sessions, me::end_own_sessions,
        me::end_own_session,
    ),
    // Parameters' types are not collected by themselves.
    components(schemas(users::export::ExportSortBody, users::export::SeparatorBody, users::list::SortBody, users::list::TotalMode)),
    modifiers(&AccessToken)
)]
struct Document;

struct AccessToken;

impl Modify for AccessToken {
    fn modify(&self, document: &mut utoipa::openapi::OpenApi) {
        let mut bearer = Http::new(HttpAuthScheme::Bearer);
        bearer.bearer_format = Some("JWT".to_owned());
        let mut scraper = Http::new(HttpAuthScheme::Bearer);
        scraper.description = Some("The value of HALLPASS_METRICS_TOKEN".to_owned());
        let mut timer = Http::new(HttpAuthScheme::Bearer);
        timer.description = Some("The value of CRON_SECRET, as Vercel's timer sends it".to_owned());
        let components = document.components.get_or_insert_with(Default::default);
        components.add_security_scheme("metrics", SecurityScheme::Http(scraper));
        components.add_security_scheme("cron", SecurityScheme::Http(timer));
        components.add_security_scheme("bearer", SecurityScheme::Http(bearer));
    }
}

/// The document as it is checked in: indented JSON with a line end.
///
/// # Errors
/// Only where the document could not be written as JSON, which it can.
pub fn json() -> Result<String, serde_json::Error> {
    let mut document = Document::openapi();
    // The release is in health; here it would only make every release a change of the contract.
    "1".clone_into(&mut document.info.version);
    Ok(document.to_pretty_json()? + "\n")
}
