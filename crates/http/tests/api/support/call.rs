//! One request.

use std::net::IpAddr;

use axum::body::Body;
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, Request, Response, header};
use serde_json::Value;

use super::{Answer, Person, TestApp};

/// A request that is being put together. Sent by a program without cookies unless it is told otherwise.
#[derive(Debug)]
pub(crate) struct Call<'a> {
    app: &'a TestApp,
    function: String,
    method: Method,
    path: String,
    headers: HeaderMap,
    body: Vec<u8>,
}

impl<'a> Call<'a> {
    pub(super) fn new(app: &'a TestApp, method: Method, path: &str) -> Self {
        let mut call = Self {
            app,
            function: path.to_owned(),
            method,
            path: path.to_owned(),
            headers: HeaderMap::new(),
            body: Vec::new(),
        };
        call = call.from("192.0.2.1".parse().unwrap());
        call.header("user-agent", "tests")
    }

    pub(crate) fn header(mut self, name: &str, value: &str) -> Self {
        let name = HeaderName::try_from(name).unwrap();
        // Latin-1 rather than visible ASCII: what a client may really send.
        self.headers
            .insert(name, HeaderValue::from_bytes(value.as_bytes()).unwrap());
        self
    }

    /// Another line of a header that is there already.
    pub(crate) fn also(mut self, name: &str, value: &str) -> Self {
        let name = HeaderName::try_from(name).unwrap();
        let value = HeaderValue::from_bytes(value.as_bytes()).unwrap();
        self.headers.append(name, value);
        self
    }

    /// The network that the platform says the request comes from.
    pub(crate) fn from(self, ip: IpAddr) -> Self {
        self.header("x-real-ip", &ip.to_string())
    }

    /// Goes to the function of this path, whatever the address of the request is.
    pub(crate) fn handed_to(mut self, path: &str) -> Self {
        path.clone_into(&mut self.function);
        self
    }

    pub(crate) fn bearer(self, person: &Person) -> Self {
        let token = format!("Bearer {}", person.access_token);
        self.header("authorization", &token)
    }

    pub(crate) fn token(self, token: &str) -> Self {
        self.header("authorization", &format!("Bearer {token}"))
    }

    /// As a page of ours sends it in a browser that has this session cookie.
    pub(crate) fn cookie(self, refresh_token: &str) -> Self {
        self.header("cookie", &format!("__Host-hallpass={refresh_token}"))
            .header("sec-fetch-site", "same-origin")
    }

    pub(crate) fn if_match(self, version: i64) -> Self {
        self.header("if-match", &format!("\"{version}\""))
    }

    pub(crate) fn json(self, body: &Value) -> Self {
        self.body("application/json", body.to_string())
    }

    pub(crate) fn body(mut self, content_type: &str, body: impl Into<Vec<u8>>) -> Self {
        self.body = body.into();
        self.header(header::CONTENT_TYPE.as_str(), content_type)
    }

    pub(crate) async fn send(self) -> Answer {
        Answer::read(self.stream().await).await
    }

    /// The answer with its body still to be read.
    pub(crate) async fn stream(self) -> Response<Body> {
        let mut request = Request::builder()
            .method(self.method)
            .uri(&self.path)
            .body(Body::from(self.body))
            .unwrap();
        *request.headers_mut() = self.headers;
        self.app.service(&self.function).answer(request).await
    }
}
