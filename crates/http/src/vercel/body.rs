//! Streams the body of a response to the runtime.

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

/// Wraps the body so that `sent` is dropped when the server has read all of it, or gives up. Lines that are logged
/// while the body is produced go to the log channel of its request.
pub(super) fn streamed(
    response: Response<Body>,
    channel: Option<LogContext>,
    sent: oneshot::Sender<()>,
) -> Response<ResponseBody> {
    response.map(|body| {
        let body = StreamedBody {
            body: Mutex::new(body),
            channel,
            _sent: sent,
        };
        ResponseBody(body.boxed())
    })
}

struct StreamedBody {
    /// The runtime requires a `Sync` body. The body is never shared, so the lock is never contended.
    body: Mutex<Body>,
    channel: Option<LogContext>,
    _sent: oneshot::Sender<()>,
}

impl StreamedBody {
    fn body(&mut self) -> Pin<&mut Body> {
        Pin::new(self.body.get_mut().unwrap_or_else(PoisonError::into_inner))
    }

    fn inspect<T>(&self, at: impl FnOnce(&Body) -> T) -> T {
        at(&self.body.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl http_body::Body for StreamedBody {
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
        self.inspect(http_body::Body::is_end_stream)
    }

    fn size_hint(&self) -> SizeHint {
        self.inspect(http_body::Body::size_hint)
    }
}
