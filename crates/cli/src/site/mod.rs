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

/// The two requests that keep the busiest functions warm and that are sampled. Without a token, the list of users is
/// refused: this runs the same function and reveals nothing.
const HEALTH: &str = "/health";
const LIST: &str = "/api/users?page=1&size=1";
