//! Responses of the platform itself: the errors of Vercel when neither a function nor a file responds.

use http_body_util::{BodyExt as _, Full};
use hyper::body::Bytes;
use hyper::header::{CONTENT_TYPE, HeaderValue, LOCATION};
use hyper::{Response, StatusCode};

use crate::Error;
use crate::functions::Body;
use crate::routes::StaticFile;

/// An error of the platform, with Vercel's code (<https://vercel.com/docs/errors>).
#[derive(Debug)]
pub(super) struct Problem {
    status: StatusCode,
    title: &'static str,
    code: &'static str,
    detail: String,
}

impl Problem {
    pub(super) fn not_found() -> Self {
        Self::new(
            StatusCode::NOT_FOUND,
            "The page could not be found",
            "NOT_FOUND",
        )
    }

    pub(super) fn request_too_large() -> Self {
        Self::new(
            StatusCode::PAYLOAD_TOO_LARGE,
            "Request Entity Too Large",
            "FUNCTION_PAYLOAD_TOO_LARGE",
        )
    }

    pub(super) fn response_too_large() -> Self {
        Self::new(
            StatusCode::INTERNAL_SERVER_ERROR,
            "The function's response is too large",
            "FUNCTION_RESPONSE_PAYLOAD_TOO_LARGE",
        )
    }

    pub(super) fn no_response(detail: String) -> Self {
        let title = "An error occurred with this function: it gave no response";
        Self {
            detail,
            ..Self::new(StatusCode::BAD_GATEWAY, title, "NO_RESPONSE_FROM_FUNCTION")
        }
    }

    pub(super) fn not_started(error: &Error) -> Self {
        let title = "This function could not be started";
        let detail = error.to_string();
        Self {
            detail,
            ..Self::new(StatusCode::BAD_GATEWAY, title, "FUNCTION_INVOCATION_FAILED")
        }
    }

    pub(super) fn timeout() -> Self {
        Self::new(
            StatusCode::GATEWAY_TIMEOUT,
            "An error occurred with this function: it took too long",
            "FUNCTION_INVOCATION_TIMEOUT",
        )
    }

    fn new(status: StatusCode, title: &'static str, code: &'static str) -> Self {
        Self {
            status,
            title,
            code,
            detail: String::new(),
        }
    }
}

/// An error as plain text, with its code where Vercel's error page has it.
pub(super) fn problem(problem: &Problem, id: &str) -> Response<Body> {
    let Problem {
        status,
        title,
        code,
        detail,
    } = problem;
    let detail = if detail.is_empty() {
        String::new()
    } else {
        format!("{detail}\n\n")
    };
    let mut response = Response::new(full(format!("{title}\n\n{detail}{code}\n\n{id}\n")));
    *response.status_mut() = *status;
    let headers = response.headers_mut();
    headers.insert(
        CONTENT_TYPE,
        HeaderValue::from_static("text/plain; charset=utf-8"),
    );
    headers.insert("x-vercel-error", HeaderValue::from_static(code));
    response
}

pub(super) fn file(file: StaticFile) -> Response<Body> {
    let mut response = Response::new(full(file.body));
    *response.status_mut() = file.status;
    *response.headers_mut() = file.headers;
    response
}

pub(super) fn redirect(to: &str, permanent: bool) -> Response<Body> {
    let mut response = Response::new(full("Redirecting...\n"));
    *response.status_mut() = if permanent {
        StatusCode::PERMANENT_REDIRECT
    } else {
        StatusCode::TEMPORARY_REDIRECT
    };
    if let Ok(to) = HeaderValue::from_str(to) {
        response.headers_mut().insert(LOCATION, to);
    }
    response
        .headers_mut()
        .insert(CONTENT_TYPE, HeaderValue::from_static("text/plain"));
    response
}

fn full(body: impl Into<Bytes>) -> Body {
    Full::new(body.into())
        .map_err(|never| match never {})
        .boxed_unsync()
}
