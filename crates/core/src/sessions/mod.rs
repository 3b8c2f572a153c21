//! Sessions: opened by a sign-in or a one-time link, rotated by refreshes, and ended by signing out, by a change of the
//! account, or by an administrator.

mod end;
mod issue;
mod list;
pub mod operator;
mod rotate;
mod session;

pub use end::{SessionKey, SignedOut, end, end_all, session_of, sign_out};
pub(crate) use issue::SessionRow;
pub use issue::{Issued, Lifetimes};
pub use list::{LIST_MAX, SessionPage, Whose, list};
pub use rotate::{GRACE, REUSE_INTERVAL, refresh};
pub use session::Session;
