//! Refresh tokens: opaque, deterministic, never stored. The session's row has the generation that is valid.

use std::fmt;

use uuid::Uuid;

use super::sealed;
use crate::keys::{Keys, Purpose};

const PREFIX: &str = "hpr_";

/// Content of a genuine refresh token. Only the session's row knows whether it is still valid.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RefreshToken {
    /// Id of the session's user.
    pub user_id: Uuid,
    /// Id of the session.
    pub session_id: Uuid,
    /// Generation of the session; never negative.
    pub generation: i32,
}

/// An encoded [`RefreshToken`]. `Debug` does not show it.
#[derive(Clone, PartialEq, Eq)]
pub struct RefreshTokenText(String);

impl fmt::Debug for RefreshTokenText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("RefreshTokenText(..)")
    }
}

impl RefreshTokenText {
    /// The token, for the client and for nobody else.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl RefreshToken {
    /// Encodes the token: `hpr_` + base64url(version | user | session | generation | HMAC-SHA256). The same session and
    /// generation always result in the same bytes, which makes a repeated refresh harmless.
    #[must_use]
    pub fn encode(self, keys: &Keys) -> RefreshTokenText {
        let mut fields = [0; 36];
        fields[..16].copy_from_slice(self.user_id.as_bytes());
        fields[16..32].copy_from_slice(self.session_id.as_bytes());
        fields[32..].copy_from_slice(&self.generation.to_be_bytes());
        RefreshTokenText(sealed::seal(keys, Purpose::RefreshToken, PREFIX, &fields))
    }

    /// Decodes a token; `None` unless it is ours. Needs no database.
    #[must_use]
    pub fn decode(keys: &Keys, text: &str) -> Option<Self> {
        let fields: [u8; 36] = sealed::open(keys, Purpose::RefreshToken, PREFIX, text)?;
        Some(Self {
            user_id: Uuid::from_slice(&fields[..16]).ok()?,
            session_id: Uuid::from_slice(&fields[16..32]).ok()?,
            generation: i32::from_be_bytes(fields[32..].try_into().ok()?),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::keys::tests::keys;

    #[test]
    fn the_same_generation_has_the_same_refresh_token() {
        let keys = keys(1, None, "test");
        let token = RefreshToken {
            user_id: Uuid::from_u128(5),
            session_id: Uuid::from_u128(7),
            generation: 3,
        };
        let text = token.encode(&keys);
        assert_eq!(text, token.encode(&keys));
        assert_ne!(
            text,
            RefreshToken {
                generation: 4,
                ..token
            }
            .encode(&keys)
        );
        assert_eq!(RefreshToken::decode(&keys, text.expose()), Some(token));
        assert!(!format!("{text:?}").contains(text.expose()));
    }

    #[test]
    fn t10_tokens_of_another_kind_or_environment_are_refused() {
        let production = keys(1, None, "production");
        let token = RefreshToken {
            user_id: Uuid::from_u128(5),
            session_id: Uuid::from_u128(7),
            generation: 3,
        };
        let preview = token.encode(&keys(1, None, "preview"));
        assert_eq!(RefreshToken::decode(&production, preview.expose()), None);
    }
}
