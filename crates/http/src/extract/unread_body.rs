//! Receives and discards the part of a request's body that no handler has read.
//!
//! If a server closes a connection while the client is still sending, TCP resets the connection, and the client can
//! lose the response (RFC 9112 section 9.6): it sees a connection error instead of a 401 or 413.

use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use axum::body::{Body, Bytes};
use http_body::{Body as _, Frame, SizeHint};
use http_body_util::BodyExt as _;
use tokio::runtime::Handle;

/// Maximum number of bytes to discard: the longest body that Vercel passes to a function.
const DISCARDED_MAX: usize = 4_718_592;
/// Time limit for discarding.
const TIME_MAX: Duration = Duration::from_secs(5);

/// Wraps the body so that its unread part is discarded in the background when it is dropped.
pub(crate) fn discarding(body: Body) -> Body {
    if body.is_end_stream() {
        return body;
    }
    Body::new(Discarding(body))
}

struct Discarding(Body);

impl http_body::Body for Discarding {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        Pin::new(&mut self.0).poll_frame(cx)
    }

    fn is_end_stream(&self) -> bool {
        self.0.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.0.size_hint()
    }
}

impl Drop for Discarding {
    fn drop(&mut self) {
        if self.0.is_end_stream() {
            return;
        }
        if let Ok(runtime) = Handle::try_current() {
            runtime.spawn(discard(std::mem::take(&mut self.0)));
        }
    }
}

async fn discard(mut body: Body) {
    let all = async {
        let mut discarded = 0;
        while let Some(Ok(frame)) = body.frame().await {
            discarded += frame.data_ref().map_or(0, Bytes::len);
            if discarded > DISCARDED_MAX {
                return;
            }
        }
    };
    // Afterwards the connection is closed: a client that sends more, or more slowly, can lose the response.
    let _too_slow = tokio::time::timeout(TIME_MAX, all).await;
}
