//! Problem details of failed requests (RFC 9457).

use axum::Json;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use hallpass_core::Error;
use hallpass_core::error::FieldError;
use serde::Serialize;
use utoipa::ToSchema;

/// Media type of problem details.
pub(crate) const PROBLEM_JSON: &str = "application/problem+json";

/// Problem details of a failed request (RFC 9457).
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = Problem)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ProblemDocument {
    /// Problem type; always `about:blank`. `status` and `code` identify the problem.
    #[serde(rename = "type")]
    pub(crate) kind: &'static str,
    /// Reason phrase of the HTTP status.
    pub(crate) title: &'static str,
    /// HTTP status code.
    pub(crate) status: u16,
    /// Machine-readable problem code in snake case.
    pub(crate) code: &'static str,
    /// Human-readable explanation of the problem and what to do about it.
    pub(crate) detail: String,
    /// Request id, under which the request is logged.
    pub(crate) request_id: String,
    /// Invalid fields or query parameters; omitted if there are none.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) errors: Vec<FieldProblem>,
}

/// Error in one field of the body or one query parameter.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct FieldProblem {
    /// Name of the field or parameter, with its path in the body.
    pub(crate) field: String,
    /// Machine-readable error code in snake case.
    pub(crate) code: &'static str,
    /// Human-readable explanation of the error and what to do about it.
    pub(crate) message: String,
}

/// A failed request. [`crate::Service`] adds the request id and logs the cause of a 5xx.
#[derive(Clone, Debug)]
pub(crate) struct Problem {
    pub(crate) status: StatusCode,
    pub(crate) code: &'static str,
    pub(crate) detail: String,
    pub(crate) errors: Vec<FieldError>,
    pub(crate) retry_after: Option<u32>,
    /// Cause of a 5xx, for the log only.
    pub(crate) cause: Option<String>,
}

impl Problem {
    pub(crate) fn new(status: StatusCode, code: &'static str, detail: impl Into<String>) -> Self {
        Self {
            status,
            code,
            detail: detail.into(),
            errors: Vec::new(),
            retry_after: None,
            cause: None,
        }
    }

    /// Invalid query parameters.
    pub(crate) fn invalid_query(errors: Vec<FieldError>) -> Self {
        let detail = "some query parameters are invalid";
        Self {
            errors,
            ..Self::new(StatusCode::BAD_REQUEST, "invalid_query", detail)
        }
    }

    /// The problem for a status that no handler has set, such as 404 for a path without a route.
    pub(crate) fn of_status(status: StatusCode) -> Self {
        let (code, detail) = match status {
            StatusCode::NOT_FOUND => ("not_found", "no resource has this path"),
            StatusCode::METHOD_NOT_ALLOWED => (
                "method_not_allowed",
                "the path does not support this method; see the Allow header",
            ),
            StatusCode::REQUEST_TIMEOUT => (
                "body_timeout",
                "the request body did not arrive within 5 seconds; repeat the request",
            ),
            StatusCode::PAYLOAD_TOO_LARGE => {
                ("body_too_large", "the request body is longer than 64 KiB")
            }
            status if status.is_client_error() => ("bad_request", "the request is invalid"),
            _ => (
                "internal_error",
                "an internal error occurred; report the request id to the operator",
            ),
        };
        Self::new(status, code, detail)
    }

    /// Builds the response with its body.
    pub(crate) fn respond(&self, request_id: &str) -> Response {
        let errors = self.errors.iter().cloned();
        let body = ProblemDocument {
            kind: "about:blank",
            title: self.status.canonical_reason().unwrap_or("Error"),
            status: self.status.as_u16(),
            code: self.code,
            detail: self.detail.clone(),
            request_id: request_id.to_owned(),
            errors: errors
                .map(
                    |FieldError {
                         field,
                         code,
                         message,
                     }| FieldProblem {
                        field,
                        code,
                        message,
                    },
                )
                .collect(),
        };
        let mut response = (self.status, Json(body)).into_response();
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(PROBLEM_JSON));
        if let Some(seconds) = self.retry_after {
            headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        if self.status == StatusCode::REQUEST_TIMEOUT {
            // RFC 9110 section 15.5.9.
            headers.insert(header::CONNECTION, HeaderValue::from_static("close"));
        }
        if self.status == StatusCode::UNAUTHORIZED {
            // RFC 9110 section 15.5.2 requires it with every 401.
            headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        response
    }
}

impl IntoResponse for Problem {
    /// A response without a body: the service, which knows the request id, adds it.
    fn into_response(self) -> Response {
        let mut response = self.status.into_response();
        response.extensions_mut().insert(self);
        response
    }
}

impl From<Error> for Problem {
    fn from(error: Error) -> Self {
        use StatusCode as S;
        let detail = error.to_string();
        match error {
            Error::Unauthenticated => Self::new(S::UNAUTHORIZED, "unauthenticated", detail),
            Error::Forbidden => Self::new(S::FORBIDDEN, "forbidden", detail),
            Error::InvalidCredentials => Self::new(S::UNAUTHORIZED, "invalid_credentials", detail),
            Error::TooManyAttempts { retry_after } => Self {
                retry_after: Some(retry_after),
                ..Self::new(S::TOO_MANY_REQUESTS, "too_many_attempts", detail)
            },
            Error::InvalidRefreshToken => {
                Self::new(S::UNAUTHORIZED, "invalid_refresh_token", detail)
            }
            Error::InvalidLink => Self::new(S::UNAUTHORIZED, "invalid_link", detail),
            Error::NotFound => Self::new(S::NOT_FOUND, "not_found", detail),
            Error::Stale => Self::new(S::PRECONDITION_FAILED, "stale", detail),
            Error::EmailTaken => Self::new(S::CONFLICT, "email_taken", detail),
            Error::LastAdministrator => Self::new(S::CONFLICT, "last_admin", detail),
            Error::Invalid(errors) => Self {
                errors,
                ..Self::new(S::UNPROCESSABLE_ENTITY, "invalid_fields", detail)
            },
            Error::UseCursor => Self::new(S::BAD_REQUEST, "use_cursor", detail),
            Error::InvalidCursor => Self::new(S::BAD_REQUEST, "invalid_cursor", detail),
            Error::Overloaded { retry_after } => Self {
                retry_after: Some(retry_after),
                ..Self::new(
                    S::SERVICE_UNAVAILABLE,
                    "overloaded",
                    "the server is overloaded; retry later",
                )
            },
            Error::Unavailable(source) => Self {
                retry_after: Some(2),
                cause: Some(source.to_string()),
                ..Self::new(
                    S::SERVICE_UNAVAILABLE,
                    "unavailable",
                    "the database is unavailable; retry later",
                )
            },
            Error::SharedDatabase(_) => Self {
                cause: Some(detail),
                ..Self::new(
                    S::SERVICE_UNAVAILABLE,
                    "shared_database",
                    "this deployment must not use its database; the operator finds the reason in the log",
                )
            },
            Error::Internal(source) => Self {
                cause: Some(source.to_string()),
                ..Self::of_status(S::INTERNAL_SERVER_ERROR)
            },
        }
    }
}
