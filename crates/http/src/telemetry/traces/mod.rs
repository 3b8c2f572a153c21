//! Traces: one span for each request, sent over OTLP/HTTP (JSON) after the response, if a receiver is configured.
//!
//! No response waits for the receiver: spans are queued, and the queue is sent by work that the platform runs after the
//! response. Spans that cannot be delivered are lost and counted.

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

/// Time limit for sending, for which the instance is kept awake.
const LIMIT: Duration = Duration::from_secs(2);
/// Maximum number of queued spans, so that an unreachable receiver does not exhaust the memory.
const QUEUE: usize = 512;

/// Queue of the spans of an instance.
#[derive(Debug)]
pub(crate) struct Traces {
    to: Otlp,
    function: &'static str,
    headers: HeaderMap,
    queue: Mutex<Vec<Span>>,
    /// Held while spans are sent: one request sends the queued spans of all requests.
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

    /// Queues a span without waiting.
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

    /// Sends the queued spans and returns when they are delivered or lost.
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
            // Logged once: an unreachable receiver must not fill the log.
            if !self.has_complained.swap(true, Ordering::Relaxed) {
                let host = self.to.traces.authority();
                tracing::warn!(event = "traces_lost", %reason, host, "traces cannot be delivered; this is logged once");
            }
        }
    }
}
