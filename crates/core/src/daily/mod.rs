//! What is done once a day, by a request of the platform's timer: deleting what is over, looking at the thresholds,
//! telling of those that are passed.

mod alerts;
mod check;
mod message;
mod purge;

pub use alerts::{ALERT_AGAIN, claim, settle};
pub use check::{Breach, Memory, check};
pub use message::{Message, message, secret};
pub use purge::{Budget, Progress, Purged, purge};
