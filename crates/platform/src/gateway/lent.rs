//! A request body that can be sent to another instance as long as nothing was taken from it.

use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};

use hyper::body::{Body, Bytes, Frame, SizeHint};

use super::unread::Discarding;

/// Lends one body to one request after another.
#[derive(Debug, Clone)]
pub(super) struct Lent(Arc<Mutex<Loan>>);

#[derive(Debug)]
struct Loan {
    body: Discarding,
    is_untouched: bool,
}

impl Lent {
    pub(super) fn new(body: Discarding) -> Self {
        Self(Arc::new(Mutex::new(Loan {
            body,
            is_untouched: true,
        })))
    }

    /// Whether no part of the body was taken.
    pub(super) fn is_untouched(&self) -> bool {
        self.loan().is_untouched
    }

    fn loan(&self) -> MutexGuard<'_, Loan> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Body for Lent {
    type Data = Bytes;
    type Error = hyper::Error;

    fn poll_frame(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, hyper::Error>>> {
        let mut loan = self.loan();
        loan.is_untouched = false;
        Pin::new(&mut loan.body).poll_frame(cx)
    }

    fn is_end_stream(&self) -> bool {
        self.loan().body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.loan().body.size_hint()
    }
}
