//! Versions as entity tags (RFC 9110 sections 8.8.3 and 13.1.1).

use axum::Json;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use hallpass_core::Error;
use serde::Serialize;

use crate::problem::Problem;

/// The tag of a version.
pub(crate) fn entity_tag(version: i32) -> HeaderValue {
    HeaderValue::try_from(format!("\"{version}\""))
        .unwrap_or_else(|_| HeaderValue::from_static("\"\""))
}

/// An object with its version as the entity tag.
pub(crate) fn with_version(version: i32, object: impl Serialize) -> Response {
    let mut response = Json(object).into_response();
    let headers = response.headers_mut();
    headers.insert(header::ETAG, entity_tag(version));
    response
}

/// The version that `If-Match` asks for, if there is one. A tag that is not ours matches nothing.
pub(crate) fn if_match(headers: &HeaderMap) -> Result<Option<i32>, Problem> {
    let Some(value) = headers.get(header::IF_MATCH) else {
        return Ok(None);
    };
    let tag = value.as_bytes().trim_ascii();
    let version = str::from_utf8(tag)
        .ok()
        .and_then(|tag| tag.strip_prefix('"')?.strip_suffix('"')?.parse().ok());
    match version {
        // A version has one tag: `"+1"` and `"01"` are not what we gave out.
        Some(version) if entity_tag(version) == tag => Ok(Some(version)),
        _ => Err(Error::Stale.into()),
    }
}

/// The version that `If-Match` asks for, which must be there (RFC 6585 section 3).
pub(crate) fn require_if_match(headers: &HeaderMap) -> Result<i32, Problem> {
    if_match(headers)?.ok_or_else(|| {
        let detail =
            "send If-Match with the ETag that you have read, so that nobody's change is lost";
        Problem::new(
            StatusCode::PRECONDITION_REQUIRED,
            "if_match_required",
            detail,
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn t21_a_version_is_taken_in_the_one_spelling_that_was_given_out() {
        let version = |tag: &str| {
            let headers = [(header::IF_MATCH, HeaderValue::from_str(tag).unwrap())];
            if_match(&headers.into_iter().collect())
        };
        assert_eq!(version("\"7\"").ok(), Some(Some(7)));
        assert_eq!(version(" \"7\"\t").ok(), Some(Some(7)));
        for tag in [
            "7",
            "\"+7\"",
            "\"07\"",
            "\" 7\"",
            "\"\"7\"\"",
            "W/\"7\"",
            "*",
            "\"7\", \"8\"",
            "\"7\" \"7\"",
            "\"2147483648\"",
            "\"\"",
            "",
        ] {
            assert!(version(tag).is_err(), "{tag}");
        }
    }
}
