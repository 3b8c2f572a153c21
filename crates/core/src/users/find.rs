//! One user.

use sqlx::query_file;
use sqlx::types::Json;
use uuid::Uuid;

use super::user::User;
use crate::authorization::authorized;
use crate::db::Effect;
use crate::tokens::access::Claims;
use crate::{AppContext, Error, Result};

/// The user with this id. One statement; needs `users:read`.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Unauthenticated`], [`Error::Forbidden`].
pub async fn find(app: &AppContext, claims: &Claims, id: Uuid) -> Result<User> {
    let rows = authorized(app, claims, Effect::Repeatable, || {
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
