//! A real HTTP server that somebody else runs: it writes down what it is sent and answers as it is told. The tests of
//! the whole product use it, too.

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

/// What it was sent.
#[derive(Clone, Debug)]
pub(crate) struct Received {
    pub(crate) method: Method,
    pub(crate) path: String,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Vec<u8>,
}

impl Received {
    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers
            .get(name)
            .map_or("", |value| value.to_str().unwrap())
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap()
    }
}

/// What a server of a certain kind answers to what it was sent: status and body.
pub(crate) type Judge = fn(&Received) -> (u16, String);

#[derive(Debug)]
struct State {
    received: Mutex<Vec<Received>>,
    answers: Mutex<VecDeque<u16>>,
    judge: Judge,
    arrived: Notify,
}

/// The server; gone when dropped.
#[derive(Debug)]
pub(crate) struct Receiver {
    state: Arc<State>,
    port: u16,
    serving: JoinHandle<()>,
}

/// A status that is never sent: the answer stays away.
pub(crate) const NEVER: u16 = 0;

impl Receiver {
    /// Answers with these, one after the other, and then always with 200.
    pub(crate) async fn answering(answers: &[u16]) -> Self {
        Self::new(answers, |_| (200, String::new())).await
    }

    /// Answers as this kind of server does.
    pub(crate) async fn judging(judge: Judge) -> Self {
        Self::new(&[], judge).await
    }

    async fn new(answers: &[u16], judge: Judge) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let state = Arc::new(State {
            received: Mutex::default(),
            answers: Mutex::new(answers.iter().copied().collect()),
            judge,
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
                    // A client that goes away is the client's business.
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

    pub(crate) fn url(&self, path: &str) -> String {
        format!("http://127.0.0.1:{}{path}", self.port)
    }

    /// All so far.
    pub(crate) fn received(&self) -> Vec<Received> {
        self.state.received.lock().unwrap().clone()
    }

    /// Waits until so many have come.
    pub(crate) async fn until(&self, count: usize) -> Vec<Received> {
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
    let told = state.answers.lock().unwrap().pop_front();
    let (status, body) = told.map_or_else(
        || (state.judge)(&received),
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
