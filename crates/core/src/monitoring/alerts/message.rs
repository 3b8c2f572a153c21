//! Messages to the alert webhook: the body that the chat service accepts, or, for any other receiver, JSON that is
//! signed according to Standard Webhooks.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ring::hmac;
use serde_json::{Value, json};
use time::OffsetDateTime;
use uuid::Uuid;

use super::chat::Chat;
use crate::config::Endpoint;
use crate::keys::{Keys, MasterKey, Purpose};
use crate::monitoring::ExceededThreshold;
use crate::{AppContext, timestamp};

/// A message to a webhook.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message {
    /// The body, in JSON.
    pub body: String,
    /// `None` for a chat service, which authenticates a message by the URL alone.
    pub signature: Option<Signature>,
}

/// Proves to a receiver that a message is ours (<https://www.standardwebhooks.com>, version 1).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signature {
    /// `webhook-id`: the same for every attempt to deliver the message.
    pub id: String,
    /// `webhook-timestamp`: seconds since 1970.
    pub timestamp: i64,
    /// `webhook-signature`: one for each valid master secret, the current one's first.
    pub signature: String,
}

impl Signature {
    /// Names and values of the headers.
    #[must_use]
    pub fn headers(&self) -> [(&'static str, String); 3] {
        [
            ("webhook-id", self.id.clone()),
            ("webhook-timestamp", self.timestamp.to_string()),
            ("webhook-signature", self.signature.clone()),
        ]
    }
}

/// A message about exceeded thresholds.
#[must_use]
pub fn message(
    app: &AppContext,
    webhook: &Endpoint,
    breaches: &[ExceededThreshold],
    now: OffsetDateTime,
) -> Message {
    let what = if breaches.len() == 1 {
        "a threshold is exceeded"
    } else {
        "thresholds are exceeded"
    };
    let mut lines = vec![format!("{}: {what}", sender(app))];
    lines.extend(breaches.iter().map(|breach| {
        let ExceededThreshold {
            detail,
            threshold,
            unit,
            ..
        } = breach;
        format!("• {detail} (more than {threshold} {unit})")
    }));
    let facts = json!({ "type": "thresholds.passed", "breaches": breaches });
    compose(app, webhook, &lines, facts, now)
}

/// A message that tests the delivery.
#[must_use]
pub fn test_message(app: &AppContext, webhook: &Endpoint, now: OffsetDateTime) -> Message {
    let lines = [format!(
        "{}: this is a test of the alerts; there is nothing to do",
        sender(app)
    )];
    compose(app, webhook, &lines, json!({ "type": "test" }), now)
}

/// Human-readable name of the deployment.
fn sender(app: &AppContext) -> String {
    let config = &app.config;
    let place = config.url.as_deref().unwrap_or("Hallpass");
    format!("{place} ({})", config.environment.as_str())
}

fn compose(
    app: &AppContext,
    webhook: &Endpoint,
    lines: &[String],
    mut facts: Value,
    now: OffsetDateTime,
) -> Message {
    if let Some(chat) = Chat::of(webhook) {
        return Message {
            body: chat.body(lines).to_string(),
            signature: None,
        };
    }
    facts["timestamp"] = json!(timestamp::text(now));
    facts["environment"] = json!(app.config.environment.as_str());
    let body = json!({ "text": lines.join("\n"), "hallpass": facts }).to_string();
    let id = format!("msg_{}", Uuid::now_v7().simple());
    let signature = sign(&app.keys, id, now.unix_timestamp(), &body);
    Message {
        body,
        signature: Some(signature),
    }
}

fn sign(keys: &Keys, id: String, timestamp: i64, body: &str) -> Signature {
    let content = format!("{id}.{timestamp}.{body}");
    let signatures = keys.verifying().map(|key| {
        let tag = hmac::sign(&key.mac(Purpose::Webhook), content.as_bytes());
        format!("v1,{}", STANDARD.encode(tag))
    });
    let signature = signatures.collect::<Vec<_>>().join(" ");
    Signature {
        id,
        timestamp,
        signature,
    }
}

/// The secret that the receiver verifies with, in the format of Standard Webhooks. It is derived from the master
/// secret, changes with it, and gives access to nothing else.
#[must_use]
pub fn secret(key: &MasterKey) -> String {
    format!(
        "whsec_{}",
        STANDARD.encode(key.derive(Purpose::Webhook, None))
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::keys::tests::keys;

    /// Verifies as a receiver does, which has only the secret's text.
    fn verify(secret: &str, message: &Signature, body: &str) -> bool {
        let key = STANDARD
            .decode(secret.strip_prefix("whsec_").unwrap())
            .unwrap();
        let key = hmac::Key::new(hmac::HMAC_SHA256, &key);
        let content = format!("{}.{}.{body}", message.id, message.timestamp);
        message.signature.split(' ').any(|signature| {
            let tag = STANDARD
                .decode(signature.strip_prefix("v1,").unwrap())
                .unwrap();
            hmac::verify(&key, content.as_bytes(), &tag).is_ok()
        })
    }

    #[test]
    fn a_receiver_can_verify_with_either_secret_while_both_are_valid() {
        let (old, new) = (keys(1, None, "production"), keys(2, None, "production"));
        let both = keys(2, Some(1), "production");
        let of = |keys: &Keys| sign(keys, "msg_1".to_owned(), 1_800_000_000, "{}");
        for known in [&old, &new] {
            assert!(verify(&secret(&known.current), &of(&both), "{}"));
        }
        assert!(!verify(&secret(&old.current), &of(&new), "{}"));
        let elsewhere = keys(1, None, "preview");
        assert!(!verify(&secret(&elsewhere.current), &of(&old), "{}"));
        assert!(!verify(&secret(&old.current), &of(&old), "{ }"));
        for changed in [
            Signature {
                id: "msg_2".to_owned(),
                ..of(&old)
            },
            Signature {
                timestamp: 1_800_000_001,
                ..of(&old)
            },
        ] {
            assert!(
                !verify(&secret(&old.current), &changed, "{}"),
                "{changed:?}"
            );
        }
    }
}
