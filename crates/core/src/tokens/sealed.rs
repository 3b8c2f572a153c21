//! The common format of our opaque tokens: a prefix, then a version byte, fields and a MAC in base64url.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::hmac;

use crate::keys::{Keys, Purpose};

const VERSION: u8 = 1;
const MAC_LEN: usize = 32;

/// Encodes a token. The MAC (HMAC-SHA256) covers the version byte and the fields.
pub(super) fn seal(keys: &Keys, purpose: Purpose, prefix: &str, fields: &[u8]) -> String {
    let mut bytes = Vec::with_capacity(1 + fields.len() + MAC_LEN);
    bytes.push(VERSION);
    bytes.extend_from_slice(fields);
    let mac = hmac::sign(&keys.current.mac(purpose), &bytes);
    bytes.extend_from_slice(mac.as_ref());
    format!("{prefix}{}", URL_SAFE_NO_PAD.encode(bytes))
}

/// Decodes a token with exactly `N` bytes of fields; `None` unless it was made with one of our secrets.
pub(super) fn open<const N: usize>(
    keys: &Keys,
    purpose: Purpose,
    prefix: &str,
    token: &str,
) -> Option<[u8; N]> {
    let encoded = token.strip_prefix(prefix)?;
    let mut buffer = [0; 128];
    // Decoding refuses texts that exceed the buffer and non-canonical trailing bits, so a token has one spelling.
    let length = URL_SAFE_NO_PAD.decode_slice(encoded, &mut buffer).ok()?;
    let bytes = &buffer[..length];
    if length != 1 + N + MAC_LEN || bytes[0] != VERSION {
        return None;
    }
    let (signed, mac) = bytes.split_at(1 + N);
    keys.verifying()
        .any(|key| hmac::verify(&key.mac(purpose), signed, mac).is_ok())
        .then(|| signed[1..].try_into().ok())?
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::keys::tests::keys;

    #[test]
    fn a_token_with_any_changed_character_is_refused() {
        let keys = keys(1, None, "test");
        let token = seal(&keys, Purpose::Link, "x_", b"abcd");
        assert_eq!(open(&keys, Purpose::Link, "x_", &token), Some(*b"abcd"));
        for i in 0..token.len() {
            let mut bytes = token.clone().into_bytes();
            bytes[i] = if bytes[i] == b'A' { b'B' } else { b'A' };
            let changed = String::from_utf8(bytes).unwrap();
            assert_eq!(open::<4>(&keys, Purpose::Link, "x_", &changed), None, "{i}");
        }
    }

    #[test]
    fn a_token_must_fit_in_length_purpose_prefix_and_secret() {
        let keys_1 = keys(1, None, "test");
        let token = seal(&keys_1, Purpose::Link, "x_", b"abcd");
        assert_eq!(open::<5>(&keys_1, Purpose::Link, "x_", &token), None);
        assert_eq!(open::<4>(&keys_1, Purpose::Device, "x_", &token), None);
        assert_eq!(open::<4>(&keys_1, Purpose::Link, "y_", &token), None);
        assert_eq!(
            open::<4>(&keys_1, Purpose::Link, "x_", &format!("{token}A")),
            None
        );
        assert_eq!(
            open::<4>(&keys_1, Purpose::Link, "x_", &"A".repeat(100_000)),
            None
        );
        assert_eq!(open::<4>(&keys_1, Purpose::Link, "x_", "x_é"), None);
        assert_eq!(
            open::<4>(&keys(2, None, "test"), Purpose::Link, "x_", &token),
            None
        );
        assert_eq!(
            open::<4>(&keys(1, None, "other"), Purpose::Link, "x_", &token),
            None
        );
        assert_eq!(
            open(&keys(2, Some(1), "test"), Purpose::Link, "x_", &token),
            Some(*b"abcd")
        );
    }
}
