//! A span for each request, sent out over OTLP/HTTP (JSON) after its answer, where the operator names a receiver.
//!
//! Nothing here is awaited by an answer: a span is put into a queue, and the queue is sent by what the platform lets a
//! request leave behind. Whatever goes wrong costs spans, and is counted.

mod context;
mod encode;
mod span;

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use axum::http::{HeaderMap, HeaderName, HeaderValue};
use hallpass_core::config::Otlp;
use secrecy::ExposeSecret as _;

pub(crate) use context::Parent;
pub(crate) use span::Span;

use crate::outgoing::post_json;

/// How long sending may take; the instance is kept awake for no longer than that.
const LIMIT: Duration = Duration::from_secs(2);
/// Spans that wait for being sent, at most: a receiver that is away must not fill the memory.
const QUEUE: usize = 512;

/// The spans of an instance.
#[derive(Debug)]
pub(crate) struct Traces {
    to: Otlp,
    function: &'static str,
    headers: HeaderMap,
    queue: Mutex<Vec<Span>>,
    /// One sends, and takes along what others have put into the queue.
    sending: tokio::sync::Mutex<()>,
    lost: AtomicU64,
    has_complained: AtomicBool,
}

impl Traces {
    pub(crate) fn new(to: Otlp, function: &'static str) -> Self {
        let pairs = to.headers.iter().filter_map(|(name, value)| {
            let mut value = HeaderValue::try_from(value.expose_secret()).ok()?;
            value.set_sensitive(true);
            Some((HeaderName::try_from(name.as_str()).ok()?, value))
        });
        let headers = pairs.collect();
        Self {
            to,
            function,
            headers,
            queue: Mutex::default(),
            sending: tokio::sync::Mutex::default(),
            lost: AtomicU64::new(0),
            has_complained: AtomicBool::new(false),
        }
    }

    /// Takes a span. Waits for nothing.
    pub(crate) fn record(&self, span: Span) {
        if !span.is_wanted() {
            return;
        }
        let mut queue = self.queue.lock().unwrap_or_else(PoisonError::into_inner);
        if queue.len() < QUEUE {
            queue.push(span);
        } else {
            self.lost.fetch_add(1, Ordering::Relaxed);
        }
    }

    /// Sends what is in the queue. Comes back when it has arrived, or is lost.
    pub(crate) async fn send(&self) {
        let _turn = self.sending.lock().await;
        let spans = std::mem::take(&mut *self.queue.lock().unwrap_or_else(PoisonError::into_inner));
        if spans.is_empty() {
            return;
        }
        let lost = self.lost.load(Ordering::Relaxed);
        let body = encode::request(&self.to, self.function, &spans, lost);
        let sent = post_json(&self.to.traces, self.headers.clone(), &body, LIMIT).await;
        if let Err(reason) = sent {
            let count = u64::try_from(spans.len()).unwrap_or_default();
            self.lost.fetch_add(count, Ordering::Relaxed);
            // Once: a receiver that is away is no reason to fill the log.
            if !self.has_complained.swap(true, Ordering::Relaxed) {
                let host = self.to.traces.authority();
                tracing::warn!(event = "traces_lost", %reason, host, "traces do not arrive; this is said once");
            }
        }
    }
}
