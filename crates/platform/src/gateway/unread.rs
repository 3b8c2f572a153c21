//! The part of a request's body that nobody has read, received and discarded.
//!
//! An edge answers before it has the whole body: 404, 405 and 413 of its own, and whatever a function says early.
//! Closing the connection at that point would cause a TCP reset, which can destroy the answer before the client has
//! read it (RFC 9112 section 9.6).

use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use http_body_util::BodyExt as _;
use hyper::body::{Body, Bytes, Frame, Incoming, SizeHint};

/// How many bytes are discarded at most. More than a function may be sent, so that 413 arrives, too.
const DISCARDED_MAX: usize = 16 * 1024 * 1024;
/// How long discarding may take.
const TIME_MAX: Duration = Duration::from_secs(5);

/// A body that may be dropped at any time: what has not been read is then discarded in the background.
#[derive(Debug)]
pub(super) struct Discarding(Option<Incoming>);

impl Discarding {
    pub(super) const fn new(body: Incoming) -> Self {
        Self(Some(body))
    }
}

impl Body for Discarding {
    type Data = Bytes;
    type Error = hyper::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, hyper::Error>>> {
        match &mut self.0 {
            Some(body) => Pin::new(body).poll_frame(cx),
            None => Poll::Ready(None),
        }
    }

    fn is_end_stream(&self) -> bool {
        self.0.as_ref().is_none_or(Body::is_end_stream)
    }

    fn size_hint(&self) -> SizeHint {
        self.0.as_ref().map(Body::size_hint).unwrap_or_default()
    }
}

impl Drop for Discarding {
    fn drop(&mut self) {
        let unread = self.0.take().filter(|body| !body.is_end_stream());
        if let Some(body) = unread {
            tokio::spawn(discard(body));
        }
    }
}

async fn discard(mut body: Incoming) {
    let all = async {
        let mut discarded = 0;
        while let Some(Ok(frame)) = body.frame().await {
            discarded += frame.data_ref().map_or(0, Bytes::len);
            if discarded > DISCARDED_MAX {
                return;
            }
        }
    };
    let _too_slow = tokio::time::timeout(TIME_MAX, all).await;
}
