//! One user.

use sqlx::query_file;
use sqlx::types::Json;
use uuid::Uuid;

use super::user::User;
use crate::db::Effect;
use crate::sessions::authorized;
use crate::tokens::access::Claims;
use crate::{Error, Hallpass, Result};

/// The user with this id. One statement; needs `users:read`.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Unauthenticated`], [`Error::Forbidden`].
pub async fn find(hallpass: &Hallpass, claims: &Claims, id: Uuid) -> Result<User> {
    let rows = authorized(hallpass, claims, Effect::Repeatable, || {
        query_file!(
            "src/users/sql/find.sql",
            claims.sid,
            claims.sub,
            claims.generation,
            id,
            claims.iat,
        )
    });
    let found = rows.await?.into_iter().find_map(|row| row.user);
    found.map(|Json(user)| user).ok_or(Error::NotFound)
}
