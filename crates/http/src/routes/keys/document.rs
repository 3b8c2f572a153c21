//! GET /api/openapi.json

use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse as _, Response};

const CACHE: HeaderValue = HeaderValue::from_static("public, max-age=300");
/// The checked-in document; tests/openapi.rs compares it with the code.
const OPENAPI: &str = include_str!("../../../../../openapi.json");

/// Show the OpenAPI document
#[utoipa::path(
    get, path = "/api/openapi.json", tag = "system", operation_id = "showOpenApi",
    responses((status = 200, description = "This document (OpenAPI 3.1).", body = Object))
)]
pub(crate) async fn show_openapi() -> Response {
    let json = HeaderValue::from_static("application/json");
    (
        [(header::CONTENT_TYPE, json), (header::CACHE_CONTROL, CACHE)],
        OPENAPI,
    )
        .into_response()
}
