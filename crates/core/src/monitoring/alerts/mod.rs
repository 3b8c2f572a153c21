//! Alerts: who sends one, the message, and the form that each chat takes.

mod chat;
mod claim;
mod message;

pub use chat::Chat;
pub use claim::{ALERT_AGAIN, AlertFailure, claim, forget_failure, last_failure, settle};
pub use message::{Message, Signature, message, secret, test_message};
