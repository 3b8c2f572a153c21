//! A user's live sessions.

use sqlx::query_file_as;
use uuid::Uuid;

use super::session::Session;
use crate::authorization::{Actor, authorized};
use crate::db::Idempotency;
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
    /// None for the operator's own: the operator has no account.
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
