//! What other services need in order to verify access tokens, and the OpenAPI document. Public, and without a
//! database.
//!
//! Everything is served below `/api/keys` as well: Vercel's documentation calls `/.well-known` reserved.

pub(crate) mod discovery;
pub(crate) mod document;
pub(crate) mod jwks;

use axum::Router;
use axum::http::{HeaderValue, header};
use axum::response::Response;
use axum::routing::get;

use crate::App;

/// A rotation is announced a period of 30 days before it happens: an hour is nothing.
const CACHE: HeaderValue =
    HeaderValue::from_static("public, max-age=3600, stale-while-revalidate=86400");
/// Pages of other origins may read what everybody may read: an application can verify tokens in the browser.
const ANYBODY: HeaderValue = HeaderValue::from_static("*");

/// The routes of the function.
pub fn router() -> Router<App> {
    let mut router = Router::new()
        .route("/.well-known/jwks.json", get(jwks::list_keys))
        .route("/api/keys", get(jwks::list_keys))
        .route("/api/keys/jwks.json", get(jwks::list_keys))
        .route("/api/openapi.json", get(document::show_document));
    for name in ["openid-configuration", "oauth-authorization-server"] {
        let below = format!("/.well-known/{name}/{{*issuer_path}}");
        router = router
            .route(&format!("/.well-known/{name}"), get(discovery::show_issuer))
            .route(&below, get(discovery::show_issuer_with_path))
            .route(&format!("/api/keys/{name}"), get(discovery::show_issuer));
    }
    router
}

/// The headers of what anybody may read and keep for an hour.
fn public(mut response: Response) -> Response {
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, CACHE);
    headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, ANYBODY);
    response
}
