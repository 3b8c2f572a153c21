//! What is done once a day, by a request of the platform's timer: deleting what is over, looking at the thresholds,
//! telling of those that are passed.

mod alerts;
mod chat;
mod check;
mod message;
mod purge;

pub use alerts::{ALERT_AGAIN, AlertFailure, claim, forget_failure, last_failure, settle};
pub use chat::Chat;
pub use check::{Breach, Memory, check};
pub use message::{Message, Signature, message, secret, test_message};
pub use purge::{Budget, Progress, Purged, purge};
