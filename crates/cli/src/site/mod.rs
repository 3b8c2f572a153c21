//! A running deployment, looked at from outside: `hallpass smoke`, `watch` and `warm`.

pub(crate) mod client;
pub(crate) mod contact;
mod headers;
pub(crate) mod origin;
pub(crate) mod report;
pub(crate) mod smoke;
pub(crate) mod temp_account;
pub(crate) mod warm;
pub(crate) mod watch;

/// What keeps the busiest functions warm, and what is watched. Without a token the list is refused: that takes the
/// same way through the function, and says nothing about anybody.
const HEALTH: &str = "/health";
const LIST: &str = "/api/users?page=1&size=1";
