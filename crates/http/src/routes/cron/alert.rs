//! Telling a webhook of thresholds that are passed.

use std::time::{Duration, Instant};

use axum::http::{HeaderMap, HeaderValue};
use hallpass_core::config::Endpoint;
use hallpass_core::monitoring::Breach;
use hallpass_core::monitoring::alerts::{self, Message, Signature};
use serde::Serialize;
use utoipa::ToSchema;

use crate::App;
use crate::clock;
use crate::outgoing::{Undelivered, post_json};
use crate::respond::Problem;

/// How long telling may take in all, of the 8 s that a request has.
const TIME: Duration = Duration::from_millis(3_500);
/// How long an attempt may take.
const ATTEMPT: Duration = Duration::from_millis(1_500);
/// What is waited before the second and the third attempt.
const PAUSES: [Duration; 2] = [Duration::from_millis(200), Duration::from_millis(600)];

/// What came of telling.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) enum AlertState {
    /// There was nothing to tell, or it was told before.
    NotNeeded,
    /// No webhook is named.
    NotConfigured,
    /// The webhook took it.
    Sent,
    /// The webhook did not take it; the next run tries again.
    Failed,
}

/// Tells of those breaches that nobody was told of yet.
pub(super) async fn tell(app: &App, breaches: &[Breach]) -> Result<AlertState, Problem> {
    let Some(webhook) = &app.config.monitoring.alert_webhook else {
        return Ok(if breaches.is_empty() {
            AlertState::NotNeeded
        } else {
            AlertState::NotConfigured
        });
    };
    let claimed = alerts::claim(app, breaches).await?;
    if claimed.is_empty() {
        return Ok(AlertState::NotNeeded);
    }
    let message = alerts::message(app, webhook, &claimed, clock::now());
    let delivered = deliver(webhook, &message).await;
    let failure = delivered.err().map(|reason| reason.to_string());
    if let Some(reason) = &failure {
        tracing::error!(
            event = "alert_failed",
            reason,
            host = webhook.authority(),
            "the alert was not delivered"
        );
    }
    alerts::settle(app, &claimed, failure.as_deref()).await?;
    Ok(match failure {
        None => AlertState::Sent,
        Some(_) => AlertState::Failed,
    })
}

/// Tries up to three times, while there is time.
async fn deliver(webhook: &Endpoint, message: &Message) -> Result<(), Undelivered> {
    let started = Instant::now();
    let mut pauses = PAUSES.into_iter();
    loop {
        let left = TIME.saturating_sub(started.elapsed());
        let attempt = post_json(webhook, headers(message), &message.body, ATTEMPT.min(left));
        let Err(reason) = attempt.await else {
            return Ok(());
        };
        match pauses.next() {
            Some(pause) if reason.is_transient() && started.elapsed() + pause < TIME => {
                tokio::time::sleep(pause).await;
            }
            _ => return Err(reason),
        }
    }
}

fn headers(message: &Message) -> HeaderMap {
    let mut headers = HeaderMap::new();
    for (name, value) in message.signature.iter().flat_map(Signature::headers) {
        // Made of digits, letters and base64.
        if let Ok(value) = HeaderValue::try_from(value) {
            headers.insert(name, value);
        }
    }
    headers
}
