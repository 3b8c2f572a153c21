//! The known-device cookie: this browser has signed in to this account before.

use uuid::Uuid;

use super::sealed;
use crate::keys::{Keys, Purpose};

const PREFIX: &str = "hpd_";

/// Spells the mark of a device on which `user_id` has signed in.
#[must_use]
pub fn encode(keys: &Keys, user_id: Uuid) -> String {
    sealed::seal(keys, Purpose::Device, PREFIX, user_id.as_bytes())
}

/// The account that has signed in on this device; nothing unless the mark is ours.
#[must_use]
pub fn decode(keys: &Keys, text: &str) -> Option<Uuid> {
    sealed::open(keys, Purpose::Device, PREFIX, text).map(Uuid::from_bytes)
}
