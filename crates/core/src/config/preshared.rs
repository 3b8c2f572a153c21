//! A secret that a machine sends as its bearer token: the scraper of metrics or the platform's scheduler.

use std::fmt;

use ring::hmac;

/// A secret to compare bearer tokens with. Keeps no copy of it that could be printed.
#[derive(Clone)]
pub struct Preshared {
    key: hmac::Key,
    tag: hmac::Tag,
}

impl fmt::Debug for Preshared {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Preshared")
    }
}

impl Preshared {
    /// Takes the value of the variable.
    #[must_use]
    pub fn new(secret: &str) -> Self {
        let key = hmac::Key::new(hmac::HMAC_SHA256, secret.as_bytes());
        let tag = hmac::sign(&key, secret.as_bytes());
        Self { key, tag }
    }

    /// Whether `shown` is the secret. Compares two MACs in constant time, so that the response time reveals neither
    /// how many characters are right nor how long the secret is.
    #[must_use]
    pub fn is(&self, shown: &str) -> bool {
        hmac::verify(&self.key, shown.as_bytes(), self.tag.as_ref()).is_ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_secret_itself_is_accepted() {
        let secret = Preshared::new("0123456789abcdef0123456789abcdef");
        assert!(secret.is("0123456789abcdef0123456789abcdef"));
        for other in [
            "",
            "0",
            "0123456789abcdef0123456789abcde",
            "0123456789abcdef0123456789abcdef0",
            "0123456789ABCDEF0123456789abcdef",
        ] {
            assert!(!secret.is(other), "{other}");
        }
        assert!(!format!("{secret:?}").contains("0123"));
    }
}
