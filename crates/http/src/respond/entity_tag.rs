//! Versions of objects as entity tags (RFC 9110 section 8.8.3).

use axum::Json;
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse as _, Response};
use serde::Serialize;

/// Entity tag of a version.
pub(crate) fn entity_tag(version: i32) -> HeaderValue {
    HeaderValue::try_from(format!("\"{version}\""))
        .unwrap_or_else(|_| HeaderValue::from_static("\"\""))
}

/// JSON response of an object with its version as entity tag.
pub(crate) fn with_version(version: i32, object: impl Serialize) -> Response {
    let mut response = Json(object).into_response();
    let headers = response.headers_mut();
    headers.insert(header::ETAG, entity_tag(version));
    response
}
