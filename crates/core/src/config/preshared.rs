//! A secret that a machine shows as its bearer token: a scraper's, the platform's timer's.

use std::fmt;

use ring::hmac;

/// What is to be shown. Keeps no copy of it that could be printed.
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
    /// Takes the secret as the variable has it.
    #[must_use]
    pub fn new(secret: &str) -> Self {
        let key = hmac::Key::new(hmac::HMAC_SHA256, secret.as_bytes());
        let tag = hmac::sign(&key, secret.as_bytes());
        Self { key, tag }
    }

    /// Whether this is the secret. Two MACs are compared, in constant time: neither how much of the secret is
    /// right nor how long it is can be told from the answer's time.
    #[must_use]
    pub fn is(&self, shown: &str) -> bool {
        hmac::verify(&self.key, shown.as_bytes(), self.tag.as_ref()).is_ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_secret_itself_is_the_secret() {
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
