//! Ends sessions: by signing out, by their user from another session, by an administrator.

use sqlx::query_file;
use uuid::Uuid;

use super::list::Whose;
use crate::authorization::{Actor, authorized};
use crate::client::Client;
use crate::db::{Db, Idempotency};
use crate::tokens::refresh::RefreshToken;
use crate::{AppContext, Error, Result};

/// A session and its user.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SessionKey {
    /// Id of the user.
    pub user_id: Uuid,
    /// Id of the session.
    pub session_id: Uuid,
}

/// Result of a sign-out.
#[derive(Clone, Copy, Debug)]
pub struct SignedOut {
    /// Id of the session's user; `None` if the token was not ours or the session is unknown.
    pub user_id: Option<Uuid>,
    /// Number of sessions that were ended; 0 if they had ended before.
    pub ended: i64,
}

/// Signs out: ends a session, or all sessions of its user. Idempotent. One statement; none without a session, because
/// the refresh token was not ours.
///
/// # Errors
/// Database errors only.
pub async fn sign_out(
    app: &AppContext,
    session: Option<SessionKey>,
    everywhere: bool,
    client: &Client,
) -> Result<SignedOut> {
    let Some(session) = session else {
        return Ok(SignedOut {
            user_id: None,
            ended: 0,
        });
    };
    let client = client.json();
    let row = app.db.fetch_one(Idempotency::Idempotent, || {
        query_file!(
            "src/sessions/sql/sign_out.sql",
            session.session_id,
            everywhere,
            client,
            session.user_id
        )
    });
    let row = row.await?;
    Ok(SignedOut {
        user_id: row.user_id,
        ended: row.ended,
    })
}

/// The session that a refresh token of ours belongs to, whatever its generation.
#[must_use]
pub fn session_of(app: &AppContext, refresh_token: &str) -> Option<SessionKey> {
    RefreshToken::decode(&app.keys, refresh_token).map(|token| SessionKey {
        user_id: token.user_id,
        session_id: token.session_id,
    })
}

/// Ends one session.
///
/// # Errors
/// [`Error::NotFound`] if the user has no such active session; [`Error::Unauthenticated`], [`Error::Forbidden`].
pub async fn end(
    db: &Db,
    actor: Actor<'_>,
    whose: Whose,
    session_id: Uuid,
    client: &Client,
) -> Result<()> {
    match end_matching(db, actor, whose, Some(session_id), client).await? {
        0 => Err(Error::NotFound),
        _ => Ok(()),
    }
}

/// Ends all sessions of a user and returns their number.
///
/// # Errors
/// [`Error::NotFound`] if the user does not exist; [`Error::Unauthenticated`], [`Error::Forbidden`].
pub async fn end_all(db: &Db, actor: Actor<'_>, whose: Whose, client: &Client) -> Result<i64> {
    end_matching(db, actor, whose, None, client).await
}

async fn end_matching(
    db: &Db,
    actor: Actor<'_>,
    whose: Whose,
    session_id: Option<Uuid>,
    client: &Client,
) -> Result<i64> {
    let user_id = whose.user_id(actor).ok_or(Error::NotFound)?;
    let client = client.json();
    let rows = authorized(db, actor, Idempotency::NotIdempotent, |caller| {
        query_file!(
            "src/sessions/sql/end.sql",
            caller,
            whose.permission("sessions:revoke"),
            user_id,
            session_id,
            client,
        )
    })
    .await?;
    match rows.first() {
        Some(row) if row.user_exists => Ok(row.ended),
        _ => Err(Error::NotFound),
    }
}
