//! What the operator does at the command line: no session, no permissions to ask for, the same trail.

mod access;
mod change;
mod create;
mod erase;
mod find;
mod first_administrator;
mod list;
mod revoke_links;
mod set_password;
mod setup_link;
mod throwaways;

pub use access::{Holder, PendingLink, REVIEWED_MAX, holders, pending_links};
pub use change::{set_active, set_roles};
pub use create::{create, create_throwaway};
pub use erase::erase;
pub use find::{Who, find};
pub use first_administrator::{FirstAdministrator, first_administrator};
pub use list::list;
pub use revoke_links::revoke_links;
pub use set_password::set_password;
pub use setup_link::renew_setup_link;
pub use throwaways::throwaways;
