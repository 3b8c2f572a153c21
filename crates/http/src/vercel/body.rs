//! The body of an answer on its way to the runtime, piece by piece as it is made.

use std::pin::Pin;
use std::sync::{Mutex, PoisonError};
use std::task::{Context, Poll};

use axum::body::{Body, Bytes};
use axum::http::Response;
use http_body::{Frame, SizeHint};
use http_body_util::BodyExt as _;
use tokio::sync::oneshot;
use vercel_runtime::{LogContext, ResponseBody};

use crate::telemetry::log;

/// The answer with a body that lets `sent` go when the server has taken the last of it, or gives up. What is
/// logged while the body is made goes to the channel of its request.
pub(super) fn streamed(
    response: Response<Body>,
    channel: Option<LogContext>,
    sent: oneshot::Sender<()>,
) -> Response<ResponseBody> {
    response.map(|body| {
        let held = Held {
            body: Mutex::new(body),
            channel,
            _sent: sent,
        };
        ResponseBody(held.boxed())
    })
}

struct Held {
    /// The runtime wants a body that can be shared; this one never is, so nobody ever waits for the lock.
    body: Mutex<Body>,
    channel: Option<LogContext>,
    _sent: oneshot::Sender<()>,
}

impl Held {
    fn body(&mut self) -> Pin<&mut Body> {
        Pin::new(self.body.get_mut().unwrap_or_else(PoisonError::into_inner))
    }

    fn look<T>(&self, at: impl FnOnce(&Body) -> T) -> T {
        at(&self.body.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl http_body::Body for Held {
    type Data = Bytes;
    type Error = vercel_runtime::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Self::Error>>> {
        let channel = self.channel.clone();
        let frame = log::CHANNEL.sync_scope(channel, || self.body().poll_frame(cx));
        frame.map_err(Into::into)
    }

    fn is_end_stream(&self) -> bool {
        self.look(http_body::Body::is_end_stream)
    }

    fn size_hint(&self) -> SizeHint {
        self.look(http_body::Body::size_hint)
    }
}
