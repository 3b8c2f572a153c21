//! Alerts about exceeded thresholds, sent to a webhook.

use std::time::{Duration, Instant};

use axum::http::{HeaderMap, HeaderValue};
use hallpass_core::config::Endpoint;
use hallpass_core::monitoring::ExceededThreshold;
use hallpass_core::monitoring::alerts::{self, Message, Signature};
use serde::Serialize;
use utoipa::ToSchema;

use crate::App;
use crate::clock;
use crate::outgoing::{Undelivered, post_json};
use crate::respond::Problem;

/// Time limit of all attempts together, out of the 8 s of a request.
const TIME: Duration = Duration::from_millis(3_500);
/// Time limit of one attempt.
const ATTEMPT: Duration = Duration::from_millis(1_500);
/// Pauses before the second and the third attempt.
const PAUSES: [Duration; 2] = [Duration::from_millis(200), Duration::from_millis(600)];

/// Result of sending an alert.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) enum AlertOutcome {
    /// No threshold is exceeded, or the alert was sent before.
    NotNeeded,
    /// `HALLPASS_ALERT_WEBHOOK` is not set.
    NotConfigured,
    /// The webhook accepted the alert.
    Sent,
    /// The webhook did not accept the alert; the next run retries.
    Failed,
}

/// Sends an alert about those exceeded thresholds that no alert has reported yet.
pub(super) async fn send_new(app: &App, breaches: &[ExceededThreshold]) -> Result<AlertOutcome, Problem> {
    let Some(webhook) = &app.config.monitoring.alert_webhook else {
        return Ok(if breaches.is_empty() {
            AlertOutcome::NotNeeded
        } else {
            AlertOutcome::NotConfigured
        });
    };
    let claimed = alerts::claim(app, breaches).await?;
    if claimed.is_empty() {
        return Ok(AlertOutcome::NotNeeded);
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
        None => AlertOutcome::Sent,
        Some(_) => AlertOutcome::Failed,
    })
}

/// Tries up to three times within the time limit.
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
        // Digits, letters and base64: always a valid header value.
        if let Ok(value) = HeaderValue::try_from(value) {
            headers.insert(name, value);
        }
    }
    headers
}
