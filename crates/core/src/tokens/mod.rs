//! Formats of the tokens that clients get. None of them is stored.

pub mod access;
pub mod device;
mod ed25519;
pub mod jwks;
pub mod link;
pub mod refresh;
mod sealed;
