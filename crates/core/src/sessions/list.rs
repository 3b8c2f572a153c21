//! Lists a user's active sessions.

use sqlx::query_file_as;
use uuid::Uuid;

use super::session::Session;
use crate::authorization::{Actor, authorized};
use crate::db::Idempotency;
use crate::tokens::access::Claims;
use crate::{AppContext, Error, Result};

/// Maximum number of sessions that are listed.
pub const LIST_MAX: u8 = 100;

/// The user whose sessions are meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Whose {
    /// The caller, who needs no permission.
    Own,
    /// Another user: `users:read` to list the sessions, `sessions:revoke` to end them.
    Of(Uuid),
}

impl Whose {
    /// `None` for the operator's own sessions, because the operator has no account.
    pub(super) fn user_id(self, actor: Actor<'_>) -> Option<Uuid> {
        match (self, actor) {
            (Self::Of(user_id), _) => Some(user_id),
            (Self::Own, Actor::Session(claims)) => Some(claims.sub),
            (Self::Own, Actor::Operator) => None,
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

/// The newest active sessions of a user.
#[derive(Debug)]
pub struct SessionPage {
    /// The sessions, newest first, at most [`LIST_MAX`].
    pub items: Vec<Session>,
    /// Whether the user has older active sessions.
    pub more: bool,
}

/// Lists active sessions, newest first, at most [`LIST_MAX`]. One statement.
///
/// # Errors
/// [`Error::NotFound`] if the user does not exist; [`Error::Unauthenticated`], [`Error::Forbidden`].
pub async fn list(app: &AppContext, claims: &Claims, whose: Whose) -> Result<SessionPage> {
    let actor = Actor::Session(claims);
    let rows = authorized(&app.db, actor, Idempotency::Idempotent, |caller| {
        query_file_as!(
            Row,
            "src/sessions/sql/list.sql",
            caller,
            whose.permission("users:read"),
            whose.user_id(actor),
            i64::from(LIST_MAX) + 1,
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
