//! Alerts: which instance sends one, the message, and its format for each chat service.

mod chat;
mod claim;
mod message;

pub use chat::Chat;
pub use claim::{ALERT_AGAIN, AlertFailure, claim, forget_failure, last_failure, settle};
pub use message::{Message, Signature, message, secret, test_message};
