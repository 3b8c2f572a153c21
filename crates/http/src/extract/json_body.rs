//! Reads JSON bodies: checks media type, length, time limit and unknown fields.

use std::time::Duration;

use axum::body::Bytes;
use axum::extract::{FromRequest, Request};
use axum::http::{HeaderMap, StatusCode, header};
use hallpass_core::error::FieldError;
use http_body_util::{BodyExt as _, LengthLimitError, Limited};
use serde::de::DeserializeOwned;

use crate::App;
use crate::respond::Problem;

/// Maximum length of a body in bytes.
pub(crate) const BODY_MAX: usize = 64 * 1024;
/// Time limit for receiving a body. Shorter than the deadline of a request, so that a slow client is answered with 408
/// and not counted as a server error.
const BODY_TIME_MAX: Duration = Duration::from_secs(5);

/// A required body.
#[derive(Debug)]
pub(crate) struct JsonBody<T>(pub(crate) T);

/// An optional body. A missing body is read as an empty object.
#[derive(Debug)]
pub(crate) struct OptionalJsonBody<T>(pub(crate) T);

impl<T: DeserializeOwned> FromRequest<App> for JsonBody<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, _: &App) -> Result<Self, Problem> {
        let (headers, bytes) = read(request).await?;
        require_json(&headers)?;
        parse(&bytes).map(Self)
    }
}

impl<T: DeserializeOwned> FromRequest<App> for OptionalJsonBody<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, _: &App) -> Result<Self, Problem> {
        let (headers, bytes) = read(request).await?;
        if bytes.is_empty() {
            return parse(b"{}").map(Self);
        }
        require_json(&headers)?;
        parse(&bytes).map(Self)
    }
}

async fn read(request: Request) -> Result<(HeaderMap, Bytes), Problem> {
    let (parts, body) = request.into_parts();
    let declared = parts
        .headers
        .get(header::CONTENT_LENGTH)
        .and_then(|value| value.to_str().ok()?.parse().ok());
    if declared.is_some_and(|length: u64| length > BODY_MAX as u64) {
        return Err(Problem::of_status(StatusCode::PAYLOAD_TOO_LARGE));
    }
    let collected = Limited::new(body, BODY_MAX).collect();
    let Ok(collected) = tokio::time::timeout(BODY_TIME_MAX, collected).await else {
        return Err(Problem::of_status(StatusCode::REQUEST_TIMEOUT));
    };
    match collected {
        Ok(body) => Ok((parts.headers, body.to_bytes())),
        Err(error) if error.is::<LengthLimitError>() => {
            Err(Problem::of_status(StatusCode::PAYLOAD_TOO_LARGE))
        }
        Err(_) => Err(Problem::new(
            StatusCode::BAD_REQUEST,
            "incomplete_body",
            "the request body ended early; repeat the request",
        )),
    }
}

fn require_json(headers: &HeaderMap) -> Result<(), Problem> {
    let value = headers
        .get(header::CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default();
    let mut parts = value.split(';').map(str::trim);
    let is_json = parts
        .next()
        .is_some_and(|essence| essence.eq_ignore_ascii_case("application/json"));
    let is_utf8 = parts.all(|parameter| {
        let (name, value) = parameter.split_once('=').unwrap_or((parameter, ""));
        !name.eq_ignore_ascii_case("charset")
            || value.trim_matches('"').eq_ignore_ascii_case("utf-8")
    });
    if is_json && is_utf8 {
        return Ok(());
    }
    let detail = "the request body must be JSON; send Content-Type: application/json";
    Err(Problem::new(
        StatusCode::UNSUPPORTED_MEDIA_TYPE,
        "unsupported_media_type",
        detail,
    ))
}

fn parse<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Problem> {
    let malformed = |error: &serde_json::Error| {
        let place = format!(
            "the request body is not valid JSON (line {}, column {})",
            error.line(),
            error.column()
        );
        Problem::new(StatusCode::BAD_REQUEST, "malformed_json", place)
    };
    let mut deserializer = serde_json::Deserializer::from_slice(bytes);
    let value = serde_path_to_error::deserialize(&mut deserializer).map_err(|error| {
        let path = error.path().to_string();
        let inner = error.into_inner();
        if inner.is_data() {
            unacceptable(&path, &inner)
        } else {
            malformed(&inner)
        }
    })?;
    deserializer.end().map_err(|error| malformed(&error))?;
    // serde reads an array as a struct, its elements as the fields by position. The API does not allow that.
    let first = bytes.iter().find(|byte| !byte.is_ascii_whitespace());
    if first == Some(&b'[') {
        let error = serde::de::Error::custom("expected struct");
        return Err(unacceptable(".", &error));
    }
    Ok(value)
}

/// The problem for valid JSON of the wrong shape. The text of `serde_json` can quote values (passwords among them), so
/// only its part before a quoted value is used.
fn unacceptable(path: &str, error: &serde_json::Error) -> Problem {
    let text = error.to_string();
    // The last match is the library's; an earlier one can be part of the value.
    let text = text
        .rsplit_once(" at line ")
        .map_or(text.as_str(), |(text, _)| text);
    let quoted = |start: &str| {
        text.strip_prefix(start)?
            .split('`')
            .next()
            .map(str::to_owned)
    };
    let (field, code, message) = if let Some(name) = quoted("unknown field `") {
        (name, "unknown_field", "is unknown; remove it".to_owned())
    } else if let Some(name) = quoted("missing field `") {
        (name, "required", "is required".to_owned())
    } else if let Some(name) = quoted("duplicate field `") {
        (
            name,
            "duplicate_field",
            "is duplicated; send it once".to_owned(),
        )
    } else {
        let expected = text
            .rsplit_once("expected ")
            .map_or("another type", |(_, expected)| expected);
        // The library would name Rust types.
        let expected = if expected.starts_with("struct") {
            "an object"
        } else {
            expected
        };
        (
            path.to_owned(),
            "invalid_type",
            format!("must be {expected}"),
        )
    };
    let field: String = field.chars().take(100).collect();
    let detail = "some fields of the request body are invalid";
    Problem {
        errors: vec![FieldError {
            field,
            code,
            message,
        }],
        ..Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "invalid_fields", detail)
    }
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;

    use super::*;

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Body {
        #[serde(rename = "password")]
        _password: String,
        #[serde(rename = "roles", default)]
        _roles: Vec<String>,
    }

    #[test]
    fn t28_a_body_is_an_object_and_errors_do_not_name_rust_types() {
        for text in [&b"null"[..], b"1", b"\"text\"", b"[[]]"] {
            let problem = parse::<Body>(text).unwrap_err();
            let message = &problem.errors[0].message;
            assert!(!message.contains("Body"), "{message}");
        }
        for text in [&b"null"[..], b" [\"x\",[]]"] {
            let problem = parse::<Body>(text).unwrap_err();
            assert_eq!(problem.errors[0].message, "must be an object");
        }
    }

    fn problem(text: &[u8]) -> (u16, String) {
        let problem = parse::<Body>(text).unwrap_err();
        let field = problem
            .errors
            .first()
            .map(|e| format!("{} {}", e.field, e.code))
            .unwrap_or_default();
        (problem.status.as_u16(), field)
    }

    #[test]
    fn errors_name_the_invalid_field() {
        assert_eq!(problem(b"{}"), (422, "password required".into()));
        assert_eq!(
            problem(br#"{"password": 1}"#),
            (422, "password invalid_type".into())
        );
        assert_eq!(
            problem(br#"{"password": "x", "isAdmin": true}"#),
            (422, "isAdmin unknown_field".into())
        );
        assert_eq!(
            problem(br#"{"password": "x", "password": "y"}"#),
            (422, "password duplicate_field".into())
        );
        assert_eq!(
            problem(br#"{"password": "x", "roles": ["a", 2]}"#),
            (422, "roles[1] invalid_type".into())
        );
        assert_eq!(problem(b"[]").0, 422);
    }

    #[test]
    fn invalid_json_is_a_400() {
        let deep = [b"[".repeat(200), b"]".repeat(200)].concat();
        for text in [
            &b""[..],
            b"{",
            br#"{"password": "x"}{}"#,
            b"\xef\xbb\xbf{}",
            b"\xff\xfe{\0}\0",
            b"nope",
            br#"{"password": "\ud800"}"#,
        ] {
            assert_eq!(problem(text).0, 400, "{text:?}");
        }
        assert!(matches!(problem(&deep).0, 400 | 422));
    }

    #[test]
    fn errors_never_repeat_a_value() {
        let error = parse::<Body>(br#"{"password": "x", "roles": "hunter2"}"#).unwrap_err();
        assert!(!format!("{error:?}").contains("hunter2"), "{error:?}");
        let cut_short = br#"{"password": "x", "roles": "expected hunter2 at line 1"}"#;
        let error = parse::<Body>(cut_short).unwrap_err();
        assert!(!format!("{error:?}").contains("hunter2"), "{error:?}");
        let error = parse::<Body>(br#"{"password": "x", "roles": [123456]}"#).unwrap_err();
        assert!(!format!("{error:?}").contains("123456"), "{error:?}");
    }
}
