//! An HTTP client with an address of its own, which keeps its connections open.

use std::net::Ipv4Addr;
use std::time::{Duration, Instant};

use http_body_util::{BodyExt as _, Full};
use hyper::body::Bytes;
use hyper::{Method, Request};
use hyper_util::client::legacy::Client as HyperClient;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use serde_json::Value;

use crate::samples::{Sample, Samples};

/// Longer than any response may take. A request that takes longer counts as one without a response.
const PATIENCE: Duration = Duration::from_secs(20);

/// A client.
#[derive(Debug, Clone)]
pub(crate) struct Client {
    http: HyperClient<HttpConnector, Full<Bytes>>,
    base: String,
    samples: Samples,
}

/// A request to be sent.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Call<'a> {
    /// Name in the figures.
    pub(crate) kind: &'static str,
    pub(crate) method: &'a Method,
    pub(crate) path: &'a str,
    pub(crate) token: Option<&'a str>,
    pub(crate) body: Option<&'a Value>,
}

/// A response, read to its end.
#[derive(Debug, Clone)]
pub(crate) struct Reply {
    /// 0 if there was no complete response.
    pub(crate) status: u16,
    pub(crate) json: Value,
}

impl Reply {
    pub(crate) fn is_success(&self) -> bool {
        (200..300).contains(&self.status)
    }

    pub(crate) fn text(&self, field: &str) -> String {
        self.json[field].as_str().unwrap_or_default().to_owned()
    }
}

impl Client {
    /// A client at a loopback address, of the gateway on this port.
    pub(crate) fn new(from: Ipv4Addr, port: u16, samples: &Samples) -> Self {
        let mut connector = HttpConnector::new();
        connector.set_nodelay(true);
        connector.set_local_address(Some(from.into()));
        Self {
            http: HyperClient::builder(TokioExecutor::new()).build(connector),
            base: format!("http://127.0.0.1:{port}"),
            samples: samples.clone(),
        }
    }

    /// Sends a request without a body.
    pub(crate) async fn get(&self, kind: &'static str, path: &str, token: Option<&str>) -> Reply {
        self.send(Call {
            kind,
            method: &Method::GET,
            path,
            token,
            body: None,
        })
        .await
    }

    /// Sends the request and records the response.
    pub(crate) async fn send(&self, call: Call<'_>) -> Reply {
        let begun = Instant::now();
        let exchanged = tokio::time::timeout(PATIENCE, self.exchange(call)).await;
        let (reply, has_retry_after) = exchanged.ok().flatten().unwrap_or((
            Reply {
                status: 0,
                json: Value::Null,
            },
            false,
        ));
        self.samples.add(Sample {
            kind: call.kind,
            begun,
            took: begun.elapsed(),
            status: reply.status,
            code: reply.text("code"),
            has_retry_after,
        });
        reply
    }

    async fn exchange(&self, call: Call<'_>) -> Option<(Reply, bool)> {
        let mut request = Request::builder()
            .method(call.method)
            .uri(format!("{}{}", self.base, call.path));
        if let Some(token) = call.token {
            request = request.header("authorization", format!("Bearer {token}"));
        }
        if call.method == Method::PATCH {
            request = request.header("if-match", "*");
        }
        if call.body.is_some() {
            request = request.header("content-type", "application/json");
        }
        let body = call.body.map(Value::to_string).unwrap_or_default();
        let request = request.body(Full::new(Bytes::from(body))).ok()?;
        let response = self.http.request(request).await.ok()?;
        let (head, body) = response.into_parts();
        let body = body.collect().await.ok()?.to_bytes();
        let reply = Reply {
            status: head.status.as_u16(),
            json: serde_json::from_slice(&body).unwrap_or_default(),
        };
        Some((reply, head.headers.contains_key("retry-after")))
    }
}
