//! An HTTP response, read to its end.

use http_body::Body;
use http_body_util::BodyExt as _;
use hyper::body::Bytes;
use hyper::{HeaderMap, Response, StatusCode, header};
use serde_json::Value;

/// An HTTP response, read to its end.
#[derive(Debug)]
pub struct Answer {
    /// The status code.
    pub status: StatusCode,
    /// All headers.
    pub headers: HeaderMap,
    /// The whole body.
    pub body: Bytes,
}

impl Answer {
    /// Waits for the whole body.
    pub async fn read<B>(response: Response<B>) -> Self
    where
        B: Body<Error: std::fmt::Debug>,
    {
        let (parts, body) = response.into_parts();
        Self {
            status: parts.status,
            headers: parts.headers,
            body: body.collect().await.unwrap().to_bytes(),
        }
    }

    /// The body as text.
    #[must_use]
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// The body as JSON.
    #[must_use]
    #[track_caller]
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|_| panic!("not JSON: {self:?}"))
    }

    /// A string field of the JSON body.
    #[must_use]
    #[track_caller]
    pub fn field(&self, name: &str) -> String {
        let json = self.json();
        let text = json[name].as_str();
        text.unwrap_or_else(|| panic!("no {name}: {json}"))
            .to_owned()
    }

    /// The first header of this name.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(|value| value.to_str().unwrap())
    }

    /// The value that `Set-Cookie` gives this cookie; the last one if there are several.
    #[must_use]
    pub fn cookie(&self, name: &str) -> Option<String> {
        let lines = self.headers.get_all(header::SET_COOKIE).iter();
        let pairs =
            lines.filter_map(|line| line.to_str().unwrap().split(';').next()?.split_once('='));
        pairs
            .filter(|(key, _)| *key == name)
            .map(|(_, value)| value.to_owned())
            .next_back()
    }

    /// Fails unless the status is this one. Returns the body, or null if it is empty or not JSON.
    #[track_caller]
    pub fn expect(&self, status: u16) -> Value {
        assert_eq!(self.status.as_u16(), status, "{}", self.text());
        let is_json = self
            .header("content-type")
            .is_some_and(|kind| kind.ends_with("json"));
        if is_json && !self.body.is_empty() {
            self.json()
        } else {
            Value::Null
        }
    }

    /// Fails unless this is a well-formed problem (RFC 9457) with this status and code.
    #[track_caller]
    pub fn expect_problem(&self, status: u16, code: &str) -> Value {
        let body = self.expect(status);
        assert_eq!(
            self.header("content-type"),
            Some("application/problem+json")
        );
        assert_eq!(body["code"], code, "{body}");
        assert_eq!(body["status"], status);
        assert_eq!(body["type"], "about:blank");
        for text in ["title", "detail", "requestId"] {
            assert!(
                body[text].as_str().is_some_and(|text| !text.is_empty()),
                "{text}: {body}"
            );
        }
        assert_eq!(self.header("cache-control"), Some("no-store"));
        body
    }

    /// Fails unless the problem names exactly these fields, each with this code.
    #[track_caller]
    pub fn expect_fields(&self, status: u16, code: &str, fields: &[(&str, &str)]) {
        let body = self.expect_problem(status, code);
        let errors = body["errors"].as_array().cloned().unwrap_or_default();
        let found: Vec<_> = errors
            .iter()
            .map(|e| (e["field"].as_str().unwrap(), e["code"].as_str().unwrap()))
            .collect();
        assert_eq!(found, fields, "{body}");
    }

    /// Fails unless this is the 503 of an unreachable database, which leaves the client's session alone.
    #[track_caller]
    pub fn expect_unavailable(&self) {
        self.expect_problem(503, "unavailable");
        self.retry_after();
        assert_eq!(self.header("set-cookie"), None);
        assert_eq!(self.header("www-authenticate"), None);
    }

    /// The seconds in `Retry-After`; fails if the header is missing.
    #[track_caller]
    pub fn retry_after(&self) -> u32 {
        let seconds = self
            .header("retry-after")
            .and_then(|text| text.parse().ok());
        seconds
            .filter(|seconds| *seconds > 0)
            .unwrap_or_else(|| panic!("no Retry-After: {self:?}"))
    }

    /// The body without the id of the request: two callers who must not be told apart get the same.
    #[must_use]
    pub fn without_request_id(&self) -> String {
        let id = self.header("x-request-id").unwrap_or_default();
        self.text().replace(id, "")
    }
}
