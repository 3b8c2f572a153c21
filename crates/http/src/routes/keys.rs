//! GET /.well-known/jwks.json and GET /api/openapi.json

use axum::extract::State;
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse as _, Response};
use axum::routing::get;
use axum::{Json, Router};
use hallpass_core::tokens::jwks::{self, JwkSet};

use crate::App;
use crate::clock;

/// A rotation is announced a period of 30 days before it happens: an hour is nothing.
const JWKS_CACHE: HeaderValue =
    HeaderValue::from_static("public, max-age=3600, stale-while-revalidate=86400");
const DOCUMENT_CACHE: HeaderValue = HeaderValue::from_static("public, max-age=300");

/// The checked-in document; a test compares it with the code.
const OPENAPI: &str = include_str!("../../../../openapi.json");

/// The routes of the function.
pub fn router() -> Router<App> {
    Router::new()
        .route("/.well-known/jwks.json", get(list_keys))
        .route("/api/keys", get(list_keys))
        .route("/api/openapi.json", get(show_document))
}

/// The public keys that verify access tokens
#[utoipa::path(
    get, path = "/.well-known/jwks.json", tag = "system", operation_id = "listKeys",
    responses((status = 200, description = "A JSON Web Key Set (RFC 7517)", body = JwkSet))
)]
pub(crate) async fn list_keys(State(app): State<App>) -> Response {
    let mut response = Json(jwks::at(&app.keys, clock::now())).into_response();
    response
        .headers_mut()
        .insert(header::CACHE_CONTROL, JWKS_CACHE);
    response
}

/// This document
#[utoipa::path(
    get, path = "/api/openapi.json", tag = "system", operation_id = "showDocument",
    responses((status = 200, description = "OpenAPI 3.1", body = Object))
)]
pub(crate) async fn show_document() -> Response {
    let json = HeaderValue::from_static("application/json");
    (
        [
            (header::CONTENT_TYPE, json),
            (header::CACHE_CONTROL, DOCUMENT_CACHE),
        ],
        OPENAPI,
    )
        .into_response()
}
