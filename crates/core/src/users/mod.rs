//! User accounts: creating, finding, listing, changing and exporting them.

mod change;
mod change_many;
mod create;
mod email;
mod export;
mod filter;
mod find;
mod list;
mod name;
pub mod operator;
mod own;
mod setup_link;
mod user;

pub use change::{Change, deactivate, update};
pub use change_many::{CHANGE_MANY_MAX, ChangeOutcome, ChangedUser, CommonChange, change_many};
pub use create::{Created, NewUser, create, create_temporary_account};
pub use email::{EMAIL_MAX, Email, normalize_email};
pub use export::{BATCH, Export};
pub use filter::Filter;
pub use find::{Who, find};
pub use list::{ListRequest, OFFSET_MAX, Page, PageStart, Relation, SIZE_MAX, Sort, Total, list};
pub use name::{NAME_MAX, Name};
pub use own::{Me, OwnChange, change_password, own, update_own};
pub use setup_link::{SetupLink, renew_setup_link};
pub use user::{ROLES_MAX, User, normalize, parse_roles};

use crate::error::FieldError;
use crate::{Error, Result};

/// Fails if any field has an error.
fn all_or_errors(errors: Vec<FieldError>) -> Result<()> {
    if errors.is_empty() {
        Ok(())
    } else {
        Err(Error::Invalid(errors))
    }
}

fn unknown_role() -> Error {
    Error::invalid(
        "roles",
        "unknown_role",
        "contains the name of a role that does not exist",
    )
}
