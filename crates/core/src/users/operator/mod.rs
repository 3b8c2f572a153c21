//! Operations on accounts that only the operator has. All others take an [`Actor`](crate::authorization::Actor).

mod access;
mod erase;
mod first_administrator;
mod revoke_links;
mod set_password;
mod temporary_accounts;

pub use access::{Holder, PendingLink, REVIEWED_MAX, holders, pending_links};
pub use erase::erase;
pub use first_administrator::{FirstAdministrator, first_administrator};
pub use revoke_links::revoke_links;
pub use set_password::set_password;
pub use temporary_accounts::temporary_accounts;
