//! Sessions: opened by a sign-in, rotated by refreshes, ended by everything that ends trust.

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
pub use rotate::{GRACE, TOLERANCE, refresh};
pub use session::Session;
