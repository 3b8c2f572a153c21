//! What happened, to whom, by whom: reading what the statements of the other subjects write down.

mod failed_sign_ins;
mod list;
pub mod operator;
mod sign_ins;

pub(crate) use failed_sign_ins::{FAILED_SIGN_INS, READ_AT_MOST};
pub use failed_sign_ins::{LastMinute, last_minute};
pub use list::{AuditEvent, AuditFilter, AuditPage, AuditRequest, SIZE_MAX, Severity, list};
pub use sign_ins::{Bucket, COUNTED_MAX, Period, SignIns, sign_ins};
