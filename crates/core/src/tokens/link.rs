//! One-time links: good once, for 72 hours, the newest only. Nothing is stored but the account's counter.

use time::{Duration, OffsetDateTime};
use uuid::Uuid;

use super::sealed;
use crate::keys::{Keys, Purpose};

const PREFIX: &str = "hpl_";

/// Characters after the prefix: base64url without padding of the version byte, the fields and the MAC.
const ENCODED_LEN: usize = 82;

/// How long a link is good.
pub const LINK_LIFETIME: Duration = Duration::hours(72);

/// A link that lets its holder set the password of an account.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LinkToken {
    /// Whose password.
    pub user_id: Uuid,
    /// The account's credential counter that the link is good for.
    pub credential_version: i32,
    /// Unix seconds from which on it is not good any more.
    pub expires_at: i64,
}

impl LinkToken {
    /// A link that is good from `now` on for [`LINK_LIFETIME`].
    #[must_use]
    pub fn new(user_id: Uuid, credential_version: i32, now: OffsetDateTime) -> Self {
        Self {
            user_id,
            credential_version,
            expires_at: (now + LINK_LIFETIME).unix_timestamp(),
        }
    }

    /// When it was made, to the second and by the clock of who made it.
    #[must_use]
    pub fn made_at(self) -> OffsetDateTime {
        // Ours and in time, or it would not have been read: within what a date can be.
        let expires_at = OffsetDateTime::from_unix_timestamp(self.expires_at);
        expires_at.map_or(OffsetDateTime::UNIX_EPOCH, |at| at - LINK_LIFETIME)
    }

    /// Spells the token.
    #[must_use]
    pub fn encode(self, keys: &Keys) -> String {
        let mut fields = [0; 28];
        fields[..16].copy_from_slice(self.user_id.as_bytes());
        fields[16..20].copy_from_slice(&self.credential_version.to_be_bytes());
        fields[20..].copy_from_slice(&self.expires_at.to_be_bytes());
        sealed::seal(keys, Purpose::Link, PREFIX, &fields)
    }

    /// Whether a text has the form of a token. One that does not was cut off or changed on its way, whoever made it.
    #[must_use]
    pub fn is_well_formed(text: &str) -> bool {
        text.strip_prefix(PREFIX).is_some_and(|encoded| {
            encoded.len() == ENCODED_LEN
                && encoded
                    .bytes()
                    .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'))
        })
    }

    /// Reads a token; nothing unless it is ours and not expired at `now`.
    #[must_use]
    pub fn decode(keys: &Keys, text: &str, now: OffsetDateTime) -> Option<Self> {
        let fields: [u8; 28] = sealed::open(keys, Purpose::Link, PREFIX, text)?;
        let token = Self {
            user_id: Uuid::from_slice(&fields[..16]).ok()?,
            credential_version: i32::from_be_bytes(fields[16..20].try_into().ok()?),
            expires_at: i64::from_be_bytes(fields[20..].try_into().ok()?),
        };
        (now.unix_timestamp() < token.expires_at).then_some(token)
    }

    /// The address to hand out. The token stands in the fragment, which browsers send to no server.
    #[must_use]
    pub fn url(self, keys: &Keys, origin: &str) -> String {
        format!("{origin}/welcome#{}", self.encode(keys))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::keys::tests::keys;

    #[test]
    fn a_link_is_good_for_72_hours() {
        let keys = keys(1, None, "test");
        let now = OffsetDateTime::UNIX_EPOCH + Duration::days(20_000);
        let link = LinkToken::new(Uuid::from_u128(1), 5, now);
        let text = link.encode(&keys);
        assert_eq!(LinkToken::decode(&keys, &text, now), Some(link));
        let last = now + LINK_LIFETIME - Duration::SECOND;
        assert_eq!(LinkToken::decode(&keys, &text, last), Some(link));
        assert_eq!(LinkToken::decode(&keys, &text, now + LINK_LIFETIME), None);
        assert!(
            link.url(&keys, "https://example.com")
                .starts_with("https://example.com/welcome#hpl_")
        );
    }

    #[test]
    fn a_token_that_was_cut_off_or_changed_is_not_well_formed() {
        let text = LinkToken::new(Uuid::max(), i32::MAX, OffsetDateTime::UNIX_EPOCH)
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
