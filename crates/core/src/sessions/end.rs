//! The end of sessions: by signing out, by their owner elsewhere, by an administrator.

use sqlx::query_file;
use uuid::Uuid;

use super::list::Whose;
use crate::authorization::{Actor, authorized};
use crate::client::Client;
use crate::db::{Db, Idempotency};
use crate::tokens::refresh::RefreshToken;
use crate::{AppContext, Error, Result};

/// A session and whose it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SessionKey {
    /// Whose it is.
    pub user_id: Uuid,
    /// The session.
    pub session_id: Uuid,
}

/// What a sign-out found.
#[derive(Clone, Copy, Debug)]
pub struct SignedOut {
    /// Whose session it was, where the token was ours and the session is known.
    pub user_id: Option<Uuid>,
    /// How many sessions ended; none where they had ended before.
    pub ended: i64,
}

/// Signs out: ends the session of a refresh token, or all sessions of its user. Idempotent. One
/// statement; a token that is not ours costs none.
///
/// # Errors
/// Only the database's.
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
/// [`Error::NotFound`] where the user has no such live session; [`Error::Unauthenticated`],
/// [`Error::Forbidden`].
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

/// Ends all sessions of a user and tells how many there were.
///
/// # Errors
/// [`Error::NotFound`] where there is no such user; [`Error::Unauthenticated`], [`Error::Forbidden`].
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
