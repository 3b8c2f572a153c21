//! Keys derived from the master secret. No key is stored or fetched, and signing keys rotate without any action.

use std::fmt;

use ring::{hkdf, hmac};
use secrecy::{ExposeSecret, SecretBox};

use crate::config::{Config, Environment};

/// Purpose of a key. A key of one purpose is of no use for another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// Seed of the Ed25519 key that signs access tokens; one for each period.
    AccessToken,
    /// MAC key of refresh tokens.
    RefreshToken,
    /// MAC key of one-time links.
    Link,
    /// MAC key of the known-device cookie.
    Device,
    /// MAC key that hides accounts and networks in the throttle's table.
    Throttle,
    /// MAC key that signs messages to a webhook.
    Webhook,
    /// Password of the database's login role.
    DatabaseLogin,
    /// Salt of that password's SCRAM verifier. It never changes, because a pooler may cache a verifier for a while.
    DatabaseSalt,
    /// Fingerprint of a master secret in the `kid` of its signing keys.
    KeyId,
}

impl Purpose {
    const fn label(self) -> &'static str {
        match self {
            Self::AccessToken => "access-token",
            Self::RefreshToken => "refresh-token",
            Self::Link => "link",
            Self::Device => "device",
            Self::Throttle => "throttle",
            Self::Webhook => "webhook",
            Self::DatabaseLogin => "database-login",
            Self::DatabaseSalt => "database-salt",
            Self::KeyId => "key-id",
        }
    }
}

/// A master secret for an environment.
pub struct MasterKey {
    secret: SecretBox<[u8]>,
    environment: Environment,
}

impl fmt::Debug for MasterKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MasterKey")
            .field("environment", &self.environment)
            .finish_non_exhaustive()
    }
}

impl MasterKey {
    fn new(secret: &[u8], environment: &Environment) -> Self {
        Self {
            secret: SecretBox::new(secret.into()),
            environment: environment.clone(),
        }
    }

    /// HKDF-SHA256 (RFC 5869) of the secret with info = purpose | environment | period.
    #[must_use]
    pub fn derive(&self, purpose: Purpose, period: Option<i64>) -> [u8; 32] {
        let period = period.map(|number| number.to_string()).unwrap_or_default();
        let info = [
            purpose.label(),
            "|",
            self.environment.as_str(),
            "|",
            &period,
        ]
        .map(str::as_bytes);
        let mut key = [0; 32];
        hkdf::Salt::new(hkdf::HKDF_SHA256, b"hallpass")
            .extract(self.secret.expose_secret())
            .expand(&info, hkdf::HKDF_SHA256)
            .and_then(|okm| okm.fill(&mut key))
            .unwrap_or_else(|_| unreachable!("32 bytes are within what HKDF-SHA256 gives"));
        key
    }

    /// The MAC key of a purpose without periods.
    #[must_use]
    pub fn mac(&self, purpose: Purpose) -> hmac::Key {
        hmac::Key::new(hmac::HMAC_SHA256, &self.derive(purpose, None))
    }

    /// Eight hexadecimal digits that distinguish this secret's signing keys from those of another secret.
    #[must_use]
    pub fn fingerprint(&self) -> String {
        use fmt::Write;
        self.derive(Purpose::KeyId, None)[..4]
            .iter()
            .fold(String::new(), |mut text, byte| {
                // Writing to a String cannot fail.
                let _ = write!(text, "{byte:02x}");
                text
            })
    }
}

/// The current master secret and, while it is being replaced, the previous one.
#[derive(Debug)]
pub struct Keys {
    /// Signs and verifies.
    pub current: MasterKey,
    /// Verifies only.
    pub previous: Option<MasterKey>,
    /// The environment, which all keys depend on.
    pub environment: Environment,
    /// The `iss` of access tokens.
    pub issuer: String,
}

impl Keys {
    /// Takes the secrets from the configuration.
    #[must_use]
    pub fn new(config: &Config) -> Self {
        let environment = &config.environment;
        Self {
            current: MasterKey::new(config.secret.expose_secret(), environment),
            previous: config
                .secret_previous
                .as_ref()
                .map(|s| MasterKey::new(s.expose_secret(), environment)),
            environment: environment.clone(),
            issuer: config.issuer().to_owned(),
        }
    }

    /// The secrets whose keys verify, the current one first.
    pub fn verifying(&self) -> impl Iterator<Item = &MasterKey> {
        std::iter::once(&self.current).chain(&self.previous)
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    pub(crate) fn keys(secret: u8, previous: Option<u8>, environment: &str) -> Keys {
        let environment = Environment::new(environment);
        Keys {
            current: MasterKey::new(&[secret; 32], &environment),
            previous: previous.map(|byte| MasterKey::new(&[byte; 32], &environment)),
            issuer: format!("https://{}.example.com", environment.as_str()),
            environment,
        }
    }

    #[test]
    fn a_key_depends_on_secret_purpose_environment_and_period() {
        let key = |secret, environment: &str, purpose, period| {
            keys(secret, None, environment)
                .current
                .derive(purpose, period)
        };
        let base = key(1, "production", Purpose::Link, None);
        assert_eq!(base, key(1, "production", Purpose::Link, None));
        assert_ne!(base, key(2, "production", Purpose::Link, None));
        assert_ne!(base, key(1, "preview", Purpose::Link, None));
        assert_ne!(base, key(1, "production", Purpose::Device, None));
        assert_ne!(base, key(1, "production", Purpose::Link, Some(0)));
    }

    #[test]
    fn debug_shows_no_secret() {
        assert!(!format!("{:?}", keys(0x5a, None, "production")).contains("90"));
    }
}
