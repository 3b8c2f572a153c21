//! Receives and discards the part of a request body that was not read.
//!
//! The gateway responds before it has received the whole body: with its own 404, 405 and 413, and if a function
//! responds early. Closing the connection at that point would cause a TCP reset, which can destroy the response before
//! the client has read it (RFC 9112 section 9.6).

use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use http_body_util::BodyExt as _;
use hyper::body::{Body, Bytes, Frame, Incoming, SizeHint};

/// Maximum number of bytes that are discarded. It is larger than the limit for a function, so that 413 arrives, too.
const DISCARDED_MAX: usize = 16 * 1024 * 1024;
/// Maximum time for discarding a body.
const TIME_MAX: Duration = Duration::from_secs(5);

/// A request body that may be dropped at any time. The part that was not read is then discarded in the background.
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
