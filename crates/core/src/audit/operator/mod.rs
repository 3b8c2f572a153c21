//! The audit trail at the operator's command line: what happened lately, and what of it deserves a look.

mod recent;
mod suspicious;

pub use recent::{CHANGES, Recent, recent};
pub use suspicious::{Finding, suspicious};
