//! Sends a request over HTTP/1.1 with hyper's client and reads the response.

use std::pin::pin;

use axum::body::Bytes;
use axum::http::{Request, StatusCode};
use futures_util::future::{Either, select};
use http_body_util::{BodyExt as _, Full, Limited};
use hyper::body::Incoming;
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;

use super::connection::Stream;

/// Response of the server.
pub(super) struct Answer {
    pub(super) status: StatusCode,
    /// Response body up to the limit; empty if the limit is 0.
    pub(super) body: Bytes,
}

/// Sends one request over the connection and reads at most `limit` bytes of the response body.
pub(super) async fn exchange(
    stream: Box<dyn Stream>,
    request: Request<Full<Bytes>>,
    limit: usize,
) -> Result<Answer, String> {
    let failed = |error: hyper::Error| format!("no valid response: {error}");
    let (mut sender, connection) = http1::handshake(TokioIo::new(stream))
        .await
        .map_err(failed)?;
    let answer = pin!(async move {
        let answer = sender.send_request(request).await.map_err(failed)?;
        let status = answer.status();
        let body = read(answer.into_body(), limit).await?;
        Ok(Answer { status, body })
    });
    match select(answer, pin!(connection)).await {
        Either::Left((answer, _)) => answer,
        // The server has closed the connection; the response may already be complete.
        Either::Right((_, answer)) => answer.await,
    }
}

async fn read(body: Incoming, limit: usize) -> Result<Bytes, String> {
    if limit == 0 {
        return Ok(Bytes::new());
    }
    let read = Limited::new(body, limit).collect().await;
    let read = read.map_err(|error| format!("the response body could not be read: {error}"))?;
    Ok(read.to_bytes())
}
