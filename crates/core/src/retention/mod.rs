//! Deletes data whose retention period has passed: ended sessions, expired throttle counters, old audit events.

pub mod operator;
pub mod scheduled;
