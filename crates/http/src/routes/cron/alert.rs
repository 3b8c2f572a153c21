//! Telling a webhook of thresholds that are passed.

use std::time::{Duration, Instant};

use axum::http::{HeaderMap, HeaderValue};
use hallpass_core::config::Endpoint;
use hallpass_core::daily::{self, Breach, Message};
use serde::Serialize;
use utoipa::ToSchema;

use crate::App;
use crate::clock;
use crate::outgoing::{Undelivered, post_json};
use crate::problem::Problem;

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
    let claimed = daily::claim(app, breaches).await?;
    if claimed.is_empty() {
        return Ok(AlertState::NotNeeded);
    }
    let message = daily::message(app, &claimed, clock::now());
    let delivered = deliver(webhook, &message).await;
    if let Err(reason) = &delivered {
        tracing::error!(event = "alert_failed", %reason, host = webhook.authority(), "nobody was told");
    }
    daily::settle(app, &claimed, delivered.is_ok()).await?;
    Ok(if delivered.is_ok() {
        AlertState::Sent
    } else {
        AlertState::Failed
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
    let pairs = [
        ("webhook-id", message.id.clone()),
        ("webhook-timestamp", message.timestamp.to_string()),
        ("webhook-signature", message.signature.clone()),
    ];
    let mut headers = HeaderMap::new();
    for (name, value) in pairs {
        // Made of digits, letters and base64.
        if let Ok(value) = HeaderValue::try_from(value) {
            headers.insert(name, value);
        }
    }
    headers
}
