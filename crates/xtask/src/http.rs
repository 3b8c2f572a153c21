//! An HTTP client: one request, its whole response, within a time limit.

use std::time::Duration;

use hallpass_platform::Error;
use http_body_util::{BodyExt as _, Full};
use hyper::body::Bytes;
use hyper::{HeaderMap, Method, Request};
use hyper_util::client::legacy::Client;
use hyper_util::rt::TokioExecutor;
use serde_json::Value;

/// `vercel dev` compiles a function at its first request.
const PATIENCE: Duration = Duration::from_mins(5);

/// A response, read to its end.
#[derive(Debug)]
pub(crate) struct Answer {
    /// Method and URL of the request.
    pub(crate) request: String,
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
    /// The body as JSON; null if it is not JSON.
    pub(crate) json: Value,
}

impl Answer {
    /// The media type, without parameters.
    pub(crate) fn content_type(&self) -> &str {
        self.header("content-type")
            .split(';')
            .next()
            .unwrap_or_default()
            .trim()
    }

    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers
            .get(name)
            .and_then(|value| value.to_str().ok())
            .unwrap_or_default()
    }

    /// Fails unless the response has this status.
    pub(crate) fn expect(self, status: u16) -> Result<Self, Error> {
        if self.status == status {
            return Ok(self);
        }
        // Not the body: it may hold tokens.
        let code = self.json["code"].as_str().unwrap_or("no code");
        let Self {
            request,
            status: is,
            ..
        } = &self;
        Err(Error::Message(format!(
            "{request} answered {is} ({code}) instead of {status}"
        )))
    }

    /// Fails unless this is the 503 of an unreachable database: it says when to try again, and leaves the session alone.
    pub(crate) fn expect_unavailable(self) -> Result<Self, Error> {
        let answer = self.expect(503)?;
        let has = |name: &str| answer.headers.contains_key(name);
        if !has("retry-after") || has("set-cookie") {
            return Err(Error::Message(format!(
                "{} answered 503 without Retry-After, or with a cookie",
                answer.request
            )));
        }
        Ok(answer)
    }
}

pub(crate) async fn get(url: &str) -> Result<Answer, Error> {
    send(&Method::GET, url, None, None).await
}

/// Sends a request, with a bearer token and a JSON body if given.
pub(crate) async fn send(
    method: &Method,
    url: &str,
    token: Option<&str>,
    body: Option<&Value>,
) -> Result<Answer, Error> {
    let bearer = token.map(|token| format!("Bearer {token}"));
    let headers = bearer.as_deref().map(|bearer| ("authorization", bearer));
    send_with(method, url, headers.as_slice(), body).await
}

/// Sends a request with these headers, and with a JSON body if given.
pub(crate) async fn send_with(
    method: &Method,
    url: &str,
    headers: &[(&str, &str)],
    body: Option<&Value>,
) -> Result<Answer, Error> {
    let failed =
        |problem: &dyn std::fmt::Display| Error::Message(format!("{method} {url}: {problem}"));
    let mut request = Request::builder().method(method).uri(url);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    if body.is_some() {
        request = request.header("content-type", "application/json");
    }
    let body = body.map(Value::to_string).unwrap_or_default();
    let request = request
        .body(Full::new(Bytes::from(body)))
        .map_err(|error| failed(&error))?;
    let client = Client::builder(TokioExecutor::new()).build_http();
    let exchange = async {
        let response = client
            .request(request)
            .await
            .map_err(|error| failed(&error))?;
        let (head, body) = response.into_parts();
        let body = body
            .collect()
            .await
            .map_err(|error| failed(&error))?
            .to_bytes();
        Ok(Answer {
            request: format!("{method} {url}"),
            status: head.status.as_u16(),
            headers: head.headers,
            json: serde_json::from_slice(&body).unwrap_or_default(),
            body,
        })
    };
    tokio::time::timeout(PATIENCE, exchange)
        .await
        .map_err(|_| {
            failed(&format!(
                "timeout: no response within {} s",
                PATIENCE.as_secs()
            ))
        })?
}
