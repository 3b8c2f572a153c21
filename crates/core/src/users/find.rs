//! Finds a user by id or e-mail address.

use sqlx::query_file;
use sqlx::types::Json;
use uuid::Uuid;

use super::email::normalize_email;
use super::user::User;
use crate::authorization::{Actor, authorized};
use crate::db::{Db, Idempotency};
use crate::{AppContext, Error, Result};

/// The user that the operator names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Who {
    /// The user with this id.
    Id(Uuid),
    /// The user with this normalized address.
    Email(String),
}

impl Who {
    /// Parses a UUID, or else an e-mail address in any spelling.
    #[must_use]
    pub fn parse(text: &str) -> Self {
        let text = text.trim();
        // PostgreSQL does not accept NUL, and no address contains it.
        Uuid::parse_str(text).map_or_else(
            |_| Self::Email(normalize_email(text).replace('\0', " ")),
            Self::Id,
        )
    }

    /// Returns the user's id. One statement for an address, none for an id, which need not belong to a user.
    ///
    /// # Errors
    /// [`Error::NotFound`] if no user has the address.
    pub async fn id(&self, db: &Db) -> Result<Uuid> {
        let email = match self {
            Self::Id(id) => return Ok(*id),
            Self::Email(email) => email,
        };
        let found = db.fetch_optional(Idempotency::Idempotent, || {
            query_file!("src/users/sql/find_id.sql", email)
        });
        Ok(found.await?.ok_or(Error::NotFound)?.id)
    }

    /// The two parameters of a statement; one of them is null.
    pub(crate) fn parameters(&self) -> (Option<Uuid>, Option<&str>) {
        match self {
            Self::Id(id) => (Some(*id), None),
            Self::Email(email) => (None, Some(email)),
        }
    }
}

/// Returns the user with this id. One statement; needs `users:read`.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Unauthenticated`], [`Error::Forbidden`].
pub async fn find(app: &AppContext, actor: Actor<'_>, id: Uuid) -> Result<User> {
    let rows = authorized(&app.db, actor, Idempotency::Idempotent, |caller| {
        query_file!("src/users/sql/find.sql", caller, id,)
    });
    let found = rows.await?.into_iter().find_map(|row| row.user);
    found.map(|Json(user)| user).ok_or(Error::NotFound)
}
