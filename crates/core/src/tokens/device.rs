//! The known-device cookie: proof that a user has signed in to this account with this browser before.

use uuid::Uuid;

use super::sealed;
use crate::keys::{Keys, Purpose};

const PREFIX: &str = "hpd_";

/// Content of the known-device cookie, as in OWASP's device cookies. It is valid for one account while its credentials
/// are unchanged. Its own random number identifies the device's counter, so that a stolen cookie is throttled
/// separately.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DeviceMark {
    /// The account that signed in on the device.
    pub user_id: Uuid,
    /// The account's credential version at that time.
    pub credential_version: i32,
    /// Random number that identifies the device's counter.
    pub nonce: Uuid,
}

impl DeviceMark {
    /// The mark of a device on which this account has just signed in.
    #[must_use]
    pub fn new(user_id: Uuid, credential_version: i32) -> Self {
        Self {
            user_id,
            credential_version,
            nonce: Uuid::new_v4(),
        }
    }

    /// `hpd_` + base64url(version | user | credential version | nonce | HMAC-SHA256).
    #[must_use]
    pub fn encode(self, keys: &Keys) -> String {
        let mut fields = [0; 36];
        fields[..16].copy_from_slice(self.user_id.as_bytes());
        fields[16..20].copy_from_slice(&self.credential_version.to_be_bytes());
        fields[20..].copy_from_slice(self.nonce.as_bytes());
        sealed::seal(keys, Purpose::Device, PREFIX, &fields)
    }

    /// Decodes a mark; `None` unless it is ours. Needs no database.
    #[must_use]
    pub fn decode(keys: &Keys, text: &str) -> Option<Self> {
        let fields: [u8; 36] = sealed::open(keys, Purpose::Device, PREFIX, text)?;
        Some(Self {
            user_id: Uuid::from_slice(&fields[..16]).ok()?,
            credential_version: i32::from_be_bytes(fields[16..20].try_into().ok()?),
            nonce: Uuid::from_slice(&fields[20..]).ok()?,
        })
    }
}
