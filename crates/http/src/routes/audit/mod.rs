//! /api/audit and everything below it.

pub(crate) mod list;
pub(crate) mod sign_ins;

endpoints! {
    /// The routes of the function.
    pub fn router = [list::list_audit_events, sign_ins::count_sign_ins]
}
