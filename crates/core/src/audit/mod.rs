//! The audit log: reading what the statements of the other subjects write, and recording what the operator does.

mod list;
mod recent;
mod record;
mod sign_ins;

pub use list::{AuditEvent, AuditFilter, AuditPage, AuditRequest, SIZE_MAX, Severity, list};
pub use recent::{CHANGES, Recent, recent};
pub use record::record;
pub use sign_ins::{Bucket, COUNTED_MAX, Period, SignIns, sign_ins};
