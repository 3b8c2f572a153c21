//! Tokens of one-time links: each can be used once, within 72 hours, and only the newest. Nothing is stored but the
//! account's credential version.

use time::{Duration, OffsetDateTime};
use uuid::Uuid;

use super::sealed;
use crate::keys::{Keys, Purpose};

const PREFIX: &str = "hpl_";

/// Number of characters after the prefix: the version byte, the fields and the MAC in base64url without padding.
const ENCODED_LEN: usize = 82;

/// Lifetime of a link.
pub const LINK_LIFETIME: Duration = Duration::hours(72);

/// A one-time link with which its holder can set the password of an account.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LinkToken {
    /// Id of the account.
    pub user_id: Uuid,
    /// The account's credential version for which the link is valid.
    pub credential_version: i32,
    /// Time at which the link was made, by the database's clock.
    pub made_at: OffsetDateTime,
}

impl LinkToken {
    /// Time at which the link expires. The database checks it by its own clock (`hallpass.is_good_link`).
    #[must_use]
    pub fn expires_at(self) -> OffsetDateTime {
        self.made_at + LINK_LIFETIME
    }

    /// `hpl_` + base64url(version | user | credential version | microseconds since 1970 | HMAC-SHA256).
    #[must_use]
    pub fn encode(self, keys: &Keys) -> String {
        let made_at =
            self.made_at.unix_timestamp() * 1_000_000 + i64::from(self.made_at.microsecond());
        let mut fields = [0; 28];
        fields[..16].copy_from_slice(self.user_id.as_bytes());
        fields[16..20].copy_from_slice(&self.credential_version.to_be_bytes());
        fields[20..].copy_from_slice(&made_at.to_be_bytes());
        sealed::seal(keys, Purpose::Link, PREFIX, &fields)
    }

    /// Whether a text has the form of a token. A text without it was cut off or changed on its way, whoever made it.
    #[must_use]
    pub fn is_well_formed(text: &str) -> bool {
        text.strip_prefix(PREFIX).is_some_and(|encoded| {
            encoded.len() == ENCODED_LEN
                && encoded
                    .bytes()
                    .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'))
        })
    }

    /// Decodes a token; `None` unless it is ours. Needs no database.
    #[must_use]
    pub fn decode(keys: &Keys, text: &str) -> Option<Self> {
        let fields: [u8; 28] = sealed::open(keys, Purpose::Link, PREFIX, text)?;
        let made_at = i64::from_be_bytes(fields[20..].try_into().ok()?);
        Some(Self {
            user_id: Uuid::from_slice(&fields[..16]).ok()?,
            credential_version: i32::from_be_bytes(fields[16..20].try_into().ok()?),
            made_at: OffsetDateTime::from_unix_timestamp_nanos(i128::from(made_at) * 1_000).ok()?,
        })
    }

    /// The URL to give to the user. The token is in the fragment, which browsers send to no server.
    #[must_use]
    pub fn url(self, keys: &Keys, base: &str) -> String {
        format!("{base}/welcome#{}", self.encode(keys))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::keys::tests::keys;

    #[test]
    fn a_decoded_link_has_its_original_fields_to_the_microsecond() {
        let keys = keys(1, None, "test");
        let link = LinkToken {
            user_id: Uuid::from_u128(1),
            credential_version: 5,
            made_at: OffsetDateTime::UNIX_EPOCH
                + Duration::days(20_000)
                + Duration::microseconds(7),
        };
        assert_eq!(LinkToken::decode(&keys, &link.encode(&keys)), Some(link));
        assert_eq!(link.expires_at() - link.made_at, LINK_LIFETIME);
        assert!(
            link.url(&keys, "https://example.com")
                .starts_with("https://example.com/welcome#hpl_")
        );
    }

    #[test]
    fn a_token_that_was_cut_off_or_changed_is_not_well_formed() {
        let text = LinkToken {
            user_id: Uuid::max(),
            credential_version: i32::MAX,
            made_at: OffsetDateTime::UNIX_EPOCH,
        }
        .encode(&keys(1, None, "test"));
        assert!(LinkToken::is_well_formed(&text), "{text}");
        for other in [
            &text[..text.len() - 1],
            &text[1..],
            &text[4..],
            &format!("{text}A"),
            &format!("{text}."),
            &text.replacen("hpl_", "hpr_", 1),
            &format!("{}=", &text[..text.len() - 1]),
            "",
        ] {
            assert!(!LinkToken::is_well_formed(other), "{other}");
        }
    }
}
