//! Passwords: what is acceptable, and how they are hashed without the machine running out of memory.

mod hasher;
mod leaked;
mod most_used;
mod new;
mod normalize;
mod policy;

pub use hasher::Hasher;
pub use leaked::{FetchRange, LeakedPasswords, RangeAnswer};
pub(crate) use new::hash_new;
pub(crate) use normalize::is_too_long;
pub use policy::{MAX_CHARS, MIN_CHARS, check};

/// A password as somebody typed it. Does not show itself, is wiped when dropped.
pub type Password = secrecy::SecretString;
