//! The public keys that verify access tokens, for third parties (RFC 7517, RFC 8037).

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Serialize;
use time::OffsetDateTime;
use utoipa::ToSchema;

use super::{access, ed25519};
use crate::keys::Keys;

/// JSON Web Key Set (RFC 7517).
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct JwkSet {
    /// Public keys of the previous, current and next period; while a secret is being replaced, of both secrets.
    pub keys: Vec<Jwk>,
}

/// Ed25519 public key (RFC 8037).
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Jwk {
    /// Key type; always `OKP`.
    pub kty: &'static str,
    /// Curve; always `Ed25519`.
    pub crv: &'static str,
    /// Use of the key; always `sig` (signatures).
    #[serde(rename = "use")]
    pub usage: &'static str,
    /// Algorithm; always `EdDSA`.
    pub alg: &'static str,
    /// Key id, which tokens name in their header.
    pub kid: String,
    /// Public key (base64url).
    pub x: String,
}

/// The keys to publish at `now`.
#[must_use]
pub fn at(keys: &Keys, now: OffsetDateTime) -> JwkSet {
    let period = access::period_at(now);
    let keys = keys
        .verifying()
        .flat_map(|master| [period - 1, period, period + 1].map(|p| (master, p)))
        .map(|(master, p)| Jwk {
            kty: "OKP",
            crv: "Ed25519",
            usage: "sig",
            alg: "EdDSA",
            kid: access::key_id(keys, master, p),
            x: URL_SAFE_NO_PAD.encode(ed25519::public_key(&access::seed(master, p))),
        })
        .collect();
    JwkSet { keys }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;
    use crate::keys::tests::keys;

    #[test]
    fn keys_of_three_periods_of_each_secret_are_published_with_different_ids() {
        let now = OffsetDateTime::UNIX_EPOCH;
        assert_eq!(at(&keys(1, None, "production"), now).keys.len(), 3);
        let both = at(&keys(2, Some(1), "production"), now).keys;
        let names: HashSet<_> = both.iter().map(|key| &key.kid).collect();
        assert_eq!(names.len(), 6);
        let points: HashSet<_> = both.iter().map(|key| &key.x).collect();
        assert_eq!(points.len(), 6);
    }
}
