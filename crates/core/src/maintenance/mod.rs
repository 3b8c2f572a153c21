//! What the operator does to whole tables, over the owner's connection, and the note of it in the audit trail.

mod purge;
mod record;

pub use purge::{AUDIT_KEPT_AT_LEAST, Batch, Purge, purge};
pub use record::record;
