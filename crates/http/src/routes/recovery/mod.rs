//! One-time links: POST /api/recovery and POST /api/recovery/inspect

pub(crate) mod inspect;
pub(crate) mod redeem;

endpoints! {
    /// The routes of the function.
    pub fn router = [redeem::redeem_setup_link, inspect::inspect_setup_link]
}
