//! Credentials: who may use a password, a one-time link or a session that somebody else gave to the account, and how
//! every attempt to prove an identity is throttled and recorded.

mod exploration;

/// A password that somebody chooses for somebody else.
const CHOSEN: &str = "copper lantern orchard";
