//! What happened, to whom, by whom: reading what the statements of the other subjects write down.

mod list;
pub mod operator;
mod sign_ins;

pub use list::{AuditEvent, AuditFilter, AuditPage, AuditRequest, SIZE_MAX, Severity, list};
pub use sign_ins::{Bucket, COUNTED_MAX, Period, SignIns, sign_ins};
