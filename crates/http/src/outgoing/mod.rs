//! What this function itself sends out: one POST to an address that the operator named. Nothing else leaves it.

mod connection;
mod exchange;

use std::fmt;
use std::time::Duration;

use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use hallpass_core::config::Endpoint;

use self::connection::connect;

/// Why nothing arrived, or why it is not known whether it did. Names no path and no header: they may be secret.
#[derive(Debug)]
pub(crate) enum Undelivered {
    /// No connection, no TLS, or an answer that is none.
    Failed(String),
    /// Not within the time.
    TooSlow,
    /// An answer that is not a success.
    Refused(StatusCode),
}

impl fmt::Display for Undelivered {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Failed(reason) => f.write_str(reason),
            Self::TooSlow => f.write_str("no answer in time"),
            Self::Refused(status) => write!(f, "answered {}", status.as_u16()),
        }
    }
}

impl Undelivered {
    /// Whether trying again may help: not where the receiver understood and said no.
    pub(crate) fn is_transient(&self) -> bool {
        match self {
            Self::Failed(_) | Self::TooSlow => true,
            Self::Refused(status) => {
                status.is_server_error()
                    || [StatusCode::REQUEST_TIMEOUT, StatusCode::TOO_MANY_REQUESTS].contains(status)
            }
        }
    }
}

/// Posts JSON over a connection of its own. Follows no redirect and reads no body.
pub(crate) async fn post_json(
    to: &Endpoint,
    headers: HeaderMap,
    body: &str,
    limit: Duration,
) -> Result<(), Undelivered> {
    let sent = tokio::time::timeout(limit, send(to, headers, body.as_bytes())).await;
    match sent {
        Ok(Ok(status)) if status.is_success() => Ok(()),
        Ok(Ok(status)) => Err(Undelivered::Refused(status)),
        Ok(Err(reason)) => Err(Undelivered::Failed(reason)),
        Err(_) => Err(Undelivered::TooSlow),
    }
}

async fn send(to: &Endpoint, mut headers: HeaderMap, body: &[u8]) -> Result<StatusCode, String> {
    let agent = concat!("hallpass/", env!("CARGO_PKG_VERSION"));
    headers.insert(
        header::CONTENT_TYPE,
        HeaderValue::from_static("application/json"),
    );
    headers.insert(header::USER_AGENT, HeaderValue::from_static(agent));
    let mut stream = connect(to).await?;
    exchange::post(&mut *stream, to, &headers, body).await
}
