//! The OpenAPI 3.1 document, generated from the routes. Only tests and tools call this: the functions
//! serve the checked-in text.

use utoipa::openapi::header::HeaderBuilder;
use utoipa::openapi::path::{Operation, PathItem};
use utoipa::openapi::response::{Response, ResponseBuilder};
use utoipa::openapi::schema::{ObjectBuilder, Type};
use utoipa::openapi::security::{Http, HttpAuthScheme, SecurityScheme};
use utoipa::openapi::{ContentBuilder, Ref, RefOr};
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
        health::check, health::system::show, health::metrics::show, cron::run_daily, keys::jwks::list_keys, keys::discovery::show_issuer, keys::document::show_document, login::sign_in, logout::sign_out, refresh::refresh,
        recovery::redeem::redeem, recovery::inspect::inspect, users::list::list_users, users::create::create_user, users::create::renew_setup_link,
        users::one::show_user, users::one::update_user, users::one::deactivate_user,
        users::sessions::list_user_sessions, users::sessions::end_user_sessions, users::sessions::end_user_session,
        users::roles::list_roles, users::change_many::change_users, users::export::export_users,
        audit::list::list_events, audit::sign_ins::count_sign_ins,
        me::show_own, me::update_own, me::change_password, me::list_own_sessions, me::end_own_sessions,
        me::end_own_session,
    ),
    // Parameters' types are not collected by themselves.
    components(schemas(users::export::ExportSortBody, users::export::SeparatorBody, users::list::SortBody, users::list::TotalMode)),
    modifiers(&AccessToken, &EveryOperation)
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

/// What holds for every operation, and is written down once.
struct EveryOperation;

impl Modify for EveryOperation {
    fn modify(&self, document: &mut utoipa::openapi::OpenApi) {
        for operation in document.paths.paths.values_mut().flat_map(operations) {
            if operation.request_body.is_some() {
                let responses = &mut operation.responses.responses;
                responses.insert("408".to_owned(), RefOr::T(body_timeout()));
            }
            for (status, response) in &mut operation.responses.responses {
                if let ("429" | "503", RefOr::T(response)) = (status.as_str(), response) {
                    retry_after(response);
                }
            }
        }
    }
}

fn operations(item: &mut PathItem) -> impl Iterator<Item = &mut Operation> {
    let PathItem {
        get,
        put,
        post,
        delete,
        patch,
        ..
    } = item;
    [get, put, post, delete, patch].into_iter().flatten()
}

fn body_timeout() -> Response {
    let content = ContentBuilder::new().schema(Some(Ref::from_schema_name("ProblemBody")));
    ResponseBuilder::new()
        .description("`body_timeout`: the body did not arrive within 5 seconds")
        .content("application/problem+json", content.build())
        .build()
}

fn retry_after(response: &mut Response) {
    let seconds = ObjectBuilder::new().schema_type(Type::Integer);
    let header = HeaderBuilder::new()
        .schema(Some(seconds.minimum(Some(0))))
        .description(Some("Seconds"));
    let header = RefOr::T(header.build());
    response.headers.insert("Retry-After".to_owned(), header);
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
