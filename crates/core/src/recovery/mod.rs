//! One-time links, with which a user sets a first password or replaces a lost one.

mod begin;
mod inspect;
mod redeem;

pub use begin::Purpose;
pub use inspect::{Inspection, inspect};
pub use redeem::{Redemption, redeem};
