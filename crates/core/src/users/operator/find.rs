//! One user, named by id or by e-mail address.

use sqlx::query_file;
use sqlx::types::Json;
use uuid::Uuid;

use super::super::email::normalize_email;
use super::super::user::User;
use crate::db::Effect;
use crate::{AppContext, Error, Result};

/// Which user is meant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Who {
    /// The one with this id.
    Id(Uuid),
    /// The one with this normalised address.
    Email(String),
}

impl Who {
    /// A UUID, or else an e-mail address in any spelling.
    #[must_use]
    pub fn parse(text: &str) -> Self {
        let text = text.trim();
        // A NUL cannot be sent to Postgres, and nobody has it in the address.
        Uuid::parse_str(text).map_or_else(
            |_| Self::Email(normalize_email(text).replace('\0', " ")),
            Self::Id,
        )
    }

    /// The two parameters of a statement; one of them is null.
    pub(crate) fn parameters(&self) -> (Option<Uuid>, Option<&str>) {
        match self {
            Self::Id(id) => (Some(*id), None),
            Self::Email(email) => (None, Some(email)),
        }
    }
}

/// The user. One statement.
///
/// # Errors
/// [`Error::NotFound`].
pub async fn find(app: &AppContext, who: &Who) -> Result<User> {
    let (id, email) = who.parameters();
    let found = app.db.fetch_optional(Effect::Repeatable, || {
        query_file!("src/users/sql/operator_find.sql", id, email)
    });
    let row = found.await?.ok_or(Error::NotFound)?;
    let Json(user) = row.user;
    Ok(user)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_or_an_address_in_any_spelling() {
        let id = Uuid::from_u128(7);
        assert_eq!(Who::parse(&format!(" {id} ")), Who::Id(id));
        assert_eq!(
            Who::parse(" Ada@Example.COM"),
            Who::Email("ada@example.com".to_owned())
        );
        assert_eq!(Who::parse("a\0b"), Who::Email("a b".to_owned()));
    }
}
