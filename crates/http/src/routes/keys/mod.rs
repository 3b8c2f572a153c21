//! Public keys and issuer metadata, with which other services verify access tokens, and openapi.json. Public; needs no
//! database.
//!
//! Everything is also served below `/api/keys`, because Vercel's documentation calls `/.well-known` reserved.

pub(crate) mod discovery;
pub(crate) mod document;
pub(crate) mod jwks;

use axum::Router;
use axum::http::{HeaderValue, header};
use axum::response::Response;
use axum::routing::get;

use crate::App;

/// Keys are published 30 days before they are used, so caching for an hour is safe.
const CACHE: HeaderValue =
    HeaderValue::from_static("public, max-age=3600, stale-while-revalidate=86400");
/// Lets applications of other origins verify tokens in the browser.
const ANY_ORIGIN: HeaderValue = HeaderValue::from_static("*");

endpoints! {
    fn documented = [jwks::list_keys, discovery::show_issuer, document::show_openapi]
}

/// The routes of the function: the documented paths and their other addresses.
pub fn router() -> Router<App> {
    let mut router = documented()
        .route("/.well-known/oauth-authorization-server", get(discovery::show_issuer))
        .route("/api/keys", get(jwks::list_keys))
        .route("/api/keys/jwks.json", get(jwks::list_keys));
    for name in ["openid-configuration", "oauth-authorization-server"] {
        let with_path = format!("/.well-known/{name}/{{*issuer_path}}");
        router = router
            .route(&with_path, get(discovery::show_issuer_with_path))
            .route(&format!("/api/keys/{name}"), get(discovery::show_issuer));
    }
    router
}

/// Adds the headers of public, cacheable documents.
fn public(mut response: Response) -> Response {
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, CACHE);
    headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, ANY_ORIGIN);
    response
}
