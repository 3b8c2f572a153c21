//! A user's live sessions.

use sqlx::query_file_as;
use uuid::Uuid;

use super::session::Session;
use crate::authorization::authorized;
use crate::db::Effect;
use crate::tokens::access::Claims;
use crate::{AppContext, Error, Result};

/// The most sessions that are listed, the newest first.
pub const LIST_MAX: u8 = 100;

/// Whose sessions are meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Whose {
    /// The caller's own: no permission needed.
    Own,
    /// Another user's: `users:read` to see them, `sessions:revoke` to end them.
    Of(Uuid),
}

impl Whose {
    pub(super) fn user_id(self, claims: &Claims) -> Uuid {
        match self {
            Self::Own => claims.sub,
            Self::Of(user_id) => user_id,
        }
    }

    pub(super) const fn permission(self, needed: &'static str) -> Option<&'static str> {
        match self {
            Self::Own => None,
            Self::Of(_) => Some(needed),
        }
    }
}

struct Row {
    user_exists: bool,
    session: Option<sqlx::types::Json<Session>>,
}

/// Some of a user's live sessions.
#[derive(Debug)]
pub struct SessionPage {
    /// The newest, in that order, at most [`LIST_MAX`].
    pub items: Vec<Session>,
    /// Whether there are older ones.
    pub more: bool,
}

/// The live sessions, newest first, at most [`LIST_MAX`]. One statement.
///
/// # Errors
/// [`Error::NotFound`] where there is no such user; [`Error::Unauthenticated`], [`Error::Forbidden`].
pub async fn list(app: &AppContext, claims: &Claims, whose: Whose) -> Result<SessionPage> {
    let rows = authorized(app, claims, Effect::Repeatable, || {
        query_file_as!(
            Row,
            "src/sessions/sql/list.sql",
            claims.sid,
            claims.sub,
            claims.generation,
            whose.permission("users:read"),
            whose.user_id(claims),
            i64::from(LIST_MAX) + 1,
            claims.iat,
        )
    })
    .await?;
    if rows.iter().any(|row| !row.user_exists) {
        return Err(Error::NotFound);
    }
    let more = rows.len() > usize::from(LIST_MAX);
    let sessions = rows.into_iter().filter_map(|row| row.session);
    Ok(SessionPage {
        items: sessions.map(|json| json.0).take(LIST_MAX.into()).collect(),
        more,
    })
}
