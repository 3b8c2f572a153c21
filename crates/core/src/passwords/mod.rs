//! Passwords: which ones are accepted, and how they are hashed with bounded memory.

mod argon2id;
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

/// A password as it was typed. `Debug` does not show it, and its memory is wiped when it is dropped.
pub type Password = secrecy::SecretString;
