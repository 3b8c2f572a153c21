//! Deleting what is kept long enough: ended sessions, throttle counters that have expired, old audit events.

pub mod operator;
pub mod scheduled;
