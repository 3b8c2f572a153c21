//! Commands that send requests to a deployment: `hallpass smoke`, `watch` and `warm`.

pub(crate) mod client;
pub(crate) mod contact;
mod headers;
pub(crate) mod origin;
pub(crate) mod report;
pub(crate) mod smoke;
pub(crate) mod temp_account;
pub(crate) mod warm;
pub(crate) mod watch;

/// Requests that keep the busiest functions warm and are watched. Without a token the list is refused, which runs the
/// same function and reveals nothing.
const HEALTH: &str = "/health";
const LIST: &str = "/api/users?page=1&size=1";
