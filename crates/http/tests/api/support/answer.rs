//! What came back.

use axum::body::{Body, to_bytes};
use axum::http::{HeaderMap, Response, StatusCode, header};
use serde_json::Value;

/// An answer, read to its end.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Vec<u8>,
}

impl Answer {
    pub(super) async fn read(response: Response<Body>) -> Self {
        let (parts, body) = response.into_parts();
        let body = to_bytes(body, usize::MAX).await.unwrap().to_vec();
        Self {
            status: parts.status,
            headers: parts.headers,
            body,
        }
    }

    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|_| panic!("not JSON: {self:?}"))
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(|value| value.to_str().unwrap())
    }

    /// The value that `Set-Cookie` gives a cookie, if it is set.
    pub(crate) fn cookie(&self, name: &str) -> Option<String> {
        let lines = self.headers.get_all(header::SET_COOKIE).iter();
        let pairs =
            lines.filter_map(|line| line.to_str().unwrap().split(';').next()?.split_once('='));
        pairs
            .filter(|(key, _)| *key == name)
            .map(|(_, value)| value.to_owned())
            .next_back()
    }

    /// Fails unless the status is this one; gives the body, or null where there is none or it is not JSON.
    #[track_caller]
    pub(crate) fn expect(&self, status: u16) -> Value {
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

    /// Fails unless this is a well-formed problem (RFC 9457) of this status and code.
    #[track_caller]
    pub(crate) fn expect_problem(&self, status: u16, code: &str) -> Value {
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

    /// The seconds after which it may be tried again; fails where the answer does not say.
    #[track_caller]
    pub(crate) fn retry_after(&self) -> u32 {
        let seconds = self
            .header("retry-after")
            .and_then(|text| text.parse().ok());
        seconds
            .filter(|seconds| *seconds > 0)
            .unwrap_or_else(|| panic!("no Retry-After: {self:?}"))
    }

    /// Fails unless this is "the database is away; try again", which takes nothing from the client.
    #[track_caller]
    pub(crate) fn expect_unavailable(&self) {
        self.expect_problem(503, "unavailable");
        self.retry_after();
        assert_eq!(self.header("set-cookie"), None);
        assert_eq!(self.header("www-authenticate"), None);
    }

    /// The body without the request's id: what must be the same for two callers.
    pub(crate) fn without_id(&self) -> String {
        let id = self.header("x-request-id").unwrap_or_default();
        self.text().replace(id, "")
    }

    /// Fails unless the problem complains of exactly these fields, each with this code.
    #[track_caller]
    pub(crate) fn expect_fields(&self, status: u16, code: &str, fields: &[(&str, &str)]) {
        let body = self.expect_problem(status, code);
        let errors = body["errors"].as_array().cloned().unwrap_or_default();
        let found: Vec<_> = errors
            .iter()
            .map(|e| (e["field"].as_str().unwrap(), e["code"].as_str().unwrap()))
            .collect();
        assert_eq!(found, fields, "{body}");
    }
}
