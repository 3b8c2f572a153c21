//! An HTTP server that the product sends requests to. It records them, and responds as the test says.

use std::collections::VecDeque;
use std::convert::Infallible;
use std::sync::{Arc, Mutex};

use http_body_util::{BodyExt as _, Full};
use hyper::body::{Bytes, Incoming};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{HeaderMap, Method, Request, Response};
use hyper_util::rt::TokioIo;
use serde_json::Value;
use tokio::net::TcpListener;
use tokio::sync::Notify;
use tokio::task::JoinHandle;

/// A request that the server received.
#[derive(Clone, Debug)]
pub struct Received {
    /// The method.
    pub method: Method,
    /// The path with its query.
    pub path: String,
    /// All headers.
    pub headers: HeaderMap,
    /// The whole body.
    pub body: Vec<u8>,
}

impl Received {
    /// The header of this name, or an empty text.
    #[must_use]
    pub fn header(&self, name: &str) -> &str {
        self.headers
            .get(name)
            .map_or("", |value| value.to_str().unwrap())
    }

    /// The body as JSON.
    #[must_use]
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap()
    }
}

/// Status and body of the response to a request.
pub type Respond = fn(&Received) -> (u16, String);

#[derive(Debug)]
struct State {
    received: Mutex<Vec<Received>>,
    answers: Mutex<VecDeque<u16>>,
    respond: Respond,
    arrived: Notify,
}

/// The server. It ends when this value is dropped.
#[derive(Debug)]
pub struct Receiver {
    state: Arc<State>,
    port: u16,
    serving: JoinHandle<()>,
}

/// In the place of a status: no response is ever sent.
pub const NEVER: u16 = 0;

impl Receiver {
    /// Responds with these statuses, one after the other, and then always with 200.
    pub async fn answering(answers: &[u16]) -> Self {
        Self::new(answers, |_| (200, String::new())).await
    }

    /// Responds as this function says.
    pub async fn responding(respond: Respond) -> Self {
        Self::new(&[], respond).await
    }

    async fn new(answers: &[u16], respond: Respond) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let state = Arc::new(State {
            received: Mutex::default(),
            answers: Mutex::new(answers.iter().copied().collect()),
            respond,
            arrived: Notify::new(),
        });
        let served = Arc::clone(&state);
        let serving = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let state = Arc::clone(&served);
                let answer = service_fn(move |request| answer(Arc::clone(&state), request));
                let connection =
                    http1::Builder::new().serve_connection(TokioIo::new(stream), answer);
                tokio::spawn(async move {
                    // A client may close the connection whenever it likes.
                    let _ = connection.await;
                });
            }
        });
        Self {
            state,
            port,
            serving,
        }
    }

    /// The URL of this path.
    #[must_use]
    pub fn url(&self, path: &str) -> String {
        format!("http://127.0.0.1:{}{path}", self.port)
    }

    /// All requests so far.
    #[must_use]
    pub fn received(&self) -> Vec<Received> {
        self.state.received.lock().unwrap().clone()
    }

    /// Waits until this many requests have arrived, and returns all.
    pub async fn until(&self, count: usize) -> Vec<Received> {
        loop {
            let arrived = self.state.arrived.notified();
            let received = self.received();
            if received.len() >= count {
                return received;
            }
            arrived.await;
        }
    }
}

impl Drop for Receiver {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

async fn answer(
    state: Arc<State>,
    request: Request<Incoming>,
) -> Result<Response<Full<Bytes>>, Infallible> {
    let (parts, body) = request.into_parts();
    let body = body.collect().await.unwrap().to_bytes();
    let received = Received {
        method: parts.method,
        path: parts.uri.to_string(),
        headers: parts.headers,
        body: body.to_vec(),
    };
    state.received.lock().unwrap().push(received.clone());
    state.arrived.notify_waiters();
    let status = state.answers.lock().unwrap().pop_front();
    let (status, body) = status.map_or_else(
        || (state.respond)(&received),
        |status| (status, String::new()),
    );
    if status == NEVER {
        std::future::pending::<()>().await;
    }
    Ok(Response::builder()
        .status(status)
        .body(Full::new(Bytes::from(body)))
        .unwrap())
}
