//! Monitoring: health, metrics, exceeded thresholds, suspicious events and alerts.

pub mod alerts;
mod check;
mod failed_sign_ins;
pub mod health;
pub mod metrics;
mod suspicious;
pub mod system;
pub mod thresholds;

pub use check::{ExceededThreshold, Memory, check};
pub use failed_sign_ins::{LastMinute, last_minute};
pub use suspicious::{Finding, suspicious};
