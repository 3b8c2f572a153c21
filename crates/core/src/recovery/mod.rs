//! One-time links: how somebody without a password, or without theirs, gets one.

mod begin;
mod inspect;
mod redeem;

pub use begin::Purpose;
pub use inspect::{Inspection, inspect};
pub use redeem::{Redemption, redeem};
