//! Outgoing requests, only to addresses that the operator configured: alerts, traces, and prefixes of digests of new
//! passwords.

mod connection;
mod exchange;

use std::fmt;
use std::time::Duration;

use axum::body::Bytes;
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, Request, StatusCode, header};
use hallpass_core::config::Endpoint;
use hallpass_core::passwords::RangeAnswer;
use http_body_util::Full;

use self::connection::connect;
use self::exchange::{Answer, exchange};

/// Maximum length of a range, which has about 1,000 lines of 40 bytes.
const RANGE_MAX: usize = 512 * 1024;

/// Why a request was not delivered, or may not have been. Contains no path and no header: they may be secret.
#[derive(Debug)]
pub(crate) enum Undelivered {
    /// The connection or the TLS handshake failed, or the response is invalid.
    Failed(String),
    /// No response within the time limit.
    Timeout(Duration),
    /// A response with an error status.
    Refused(StatusCode),
}

impl fmt::Display for Undelivered {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Failed(reason) => f.write_str(reason),
            Self::Timeout(limit) => write!(
                f,
                "timeout: no response within {:.1} s",
                limit.as_secs_f64()
            ),
            Self::Refused(status) => write!(f, "responded with {}", status.as_u16()),
        }
    }
}

impl Undelivered {
    /// Whether a retry may succeed: not if the receiver refused the request.
    pub(crate) fn is_transient(&self) -> bool {
        match self {
            Self::Failed(_) | Self::Timeout(_) => true,
            Self::Refused(status) => {
                status.is_server_error()
                    || [StatusCode::REQUEST_TIMEOUT, StatusCode::TOO_MANY_REQUESTS].contains(status)
            }
        }
    }
}

/// Posts JSON over a new connection. Does not follow redirects or read the response body.
pub(crate) async fn post_json(
    to: &Endpoint,
    mut headers: HeaderMap,
    body: &str,
    limit: Duration,
) -> Result<(), Undelivered> {
    let json = HeaderValue::from_static("application/json");
    headers.insert(header::CONTENT_TYPE, json);
    let body = Bytes::copy_from_slice(body.as_bytes());
    let sent = tokio::time::timeout(limit, send(Method::POST, to, headers, body, 0)).await;
    match sent {
        Ok(Ok(answer)) if answer.status.is_success() => Ok(()),
        Ok(Ok(answer)) => Err(Undelivered::Refused(answer.status)),
        Ok(Err(reason)) => Err(Undelivered::Failed(reason)),
        Err(_) => Err(Undelivered::Timeout(limit)),
    }
}

/// Fetches a range of digests of leaked passwords. Does not follow redirects.
#[must_use]
pub fn fetch_range(from: Endpoint) -> RangeAnswer {
    Box::pin(async move {
        let padding = (
            HeaderName::from_static("add-padding"),
            HeaderValue::from_static("true"),
        );
        let headers = HeaderMap::from_iter([padding]);
        let answer = send(Method::GET, &from, headers, Bytes::new(), RANGE_MAX).await?;
        if answer.status != StatusCode::OK {
            return Err(Undelivered::Refused(answer.status).to_string());
        }
        String::from_utf8(answer.body.into()).map_err(|_| "the response is not text".to_owned())
    })
}

async fn send(
    method: Method,
    to: &Endpoint,
    headers: HeaderMap,
    body: Bytes,
    limit: usize,
) -> Result<Answer, String> {
    let agent = concat!("hallpass/", env!("CARGO_PKG_VERSION"));
    let mut request = Request::builder()
        .method(method)
        .uri(to.path_and_query())
        .body(Full::new(body))
        .map_err(|_| "the address has a path that cannot be sent".to_owned())?;
    *request.headers_mut() = headers;
    let host = HeaderValue::try_from(to.authority())
        .map_err(|_| "the address has a host that cannot be sent".to_owned())?;
    for (name, value) in [
        (header::HOST, host),
        (header::USER_AGENT, HeaderValue::from_static(agent)),
        (header::CONNECTION, HeaderValue::from_static("close")),
    ] {
        request.headers_mut().insert(name, value);
    }
    exchange(connect(to).await?, request, limit).await
}
