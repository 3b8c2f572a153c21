//! What a webhook is told, and how it can tell that it was us: a chat's JSON, signed as Standard Webhooks has it.

use std::fmt::Write as _;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ring::hmac;
use serde_json::json;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;
use uuid::Uuid;

use super::check::Breach;
use crate::Hallpass;
use crate::keys::{Keys, MasterKey, Purpose};

/// A message and its headers (<https://www.standardwebhooks.com>, version 1).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message {
    /// `webhook-id`: the same for every attempt to deliver it.
    pub id: String,
    /// `webhook-timestamp`: seconds since 1970.
    pub timestamp: i64,
    /// `webhook-signature`: one for each of our secrets that is good, the current one's first.
    pub signature: String,
    /// JSON. Chats show `text` (Slack, Mattermost, and what takes the same); programs read the rest.
    pub body: String,
}

/// Puts a message about breaches together.
#[must_use]
pub fn message(hallpass: &Hallpass, breaches: &[Breach], now: OffsetDateTime) -> Message {
    let environment = hallpass.config.environment.as_str();
    let place = hallpass
        .config
        .origins
        .first()
        .map_or("Hallpass", String::as_str);
    let mut text = format!("{place} ({environment}): ");
    text += if breaches.len() == 1 {
        "a threshold is passed"
    } else {
        "thresholds are passed"
    };
    for breach in breaches {
        let Breach {
            detail,
            threshold,
            unit,
            ..
        } = breach;
        // Writing to a String cannot fail.
        let _ = write!(text, "\n• {detail} (more than {threshold} {unit})");
    }
    let body = json!({
        "text": text,
        "hallpass": {
            "type": "thresholds.passed",
            "timestamp": now.format(&Rfc3339).unwrap_or_default(),
            "environment": environment,
            "breaches": breaches,
        },
    });
    signed(
        &hallpass.keys,
        format!("msg_{}", Uuid::now_v7().simple()),
        now.unix_timestamp(),
        body.to_string(),
    )
}

fn signed(keys: &Keys, id: String, timestamp: i64, body: String) -> Message {
    let content = format!("{id}.{timestamp}.{body}");
    let signatures = keys.verifying().map(|key| {
        let tag = hmac::sign(&key.mac(Purpose::Webhook), content.as_bytes());
        format!("v1,{}", STANDARD.encode(tag))
    });
    let signature = signatures.collect::<Vec<_>>().join(" ");
    Message {
        id,
        timestamp,
        signature,
        body,
    }
}

/// The secret that the receiver verifies with, in the spelling of Standard Webhooks. Derived: it changes with the
/// master secret, and opens nothing else.
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

    /// As a receiver does it that has nothing but the secret's text.
    fn verify(secret: &str, message: &Message) -> bool {
        let key = STANDARD
            .decode(secret.strip_prefix("whsec_").unwrap())
            .unwrap();
        let key = hmac::Key::new(hmac::HMAC_SHA256, &key);
        let content = format!("{}.{}.{}", message.id, message.timestamp, message.body);
        message.signature.split(' ').any(|signature| {
            let tag = STANDARD
                .decode(signature.strip_prefix("v1,").unwrap())
                .unwrap();
            hmac::verify(&key, content.as_bytes(), &tag).is_ok()
        })
    }

    #[test]
    fn a_receiver_verifies_with_the_old_secret_and_with_the_new_while_both_are_good() {
        let (old, new) = (keys(1, None, "production"), keys(2, None, "production"));
        let both = keys(2, Some(1), "production");
        let of = |keys: &Keys| signed(keys, "msg_1".to_owned(), 1_800_000_000, "{}".to_owned());
        for known in [&old, &new] {
            assert!(verify(&secret(&known.current), &of(&both)));
        }
        assert!(!verify(&secret(&old.current), &of(&new)));
        assert!(!verify(
            &secret(&keys(1, None, "preview").current),
            &of(&old)
        ));
        for changed in [
            Message {
                id: "msg_2".to_owned(),
                ..of(&old)
            },
            Message {
                timestamp: 1_800_000_001,
                ..of(&old)
            },
            Message {
                body: "{ }".to_owned(),
                ..of(&old)
            },
        ] {
            assert!(!verify(&secret(&old.current), &changed), "{changed:?}");
        }
    }
}
