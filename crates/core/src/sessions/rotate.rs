//! Refresh: rotation that a lost answer, a double click or ten tabs cannot turn into a sign-out.

use sqlx::query_file;
use sqlx::types::Json;
use time::Duration;

use super::issue::{Issued, Lifetimes, SessionRow};
use crate::client::Client;
use crate::db::Effect;
use crate::tokens::refresh::RefreshToken;
use crate::users::User;
use crate::{Error, Hallpass, Result};

/// How long after a rotation its predecessor is answered in any case: tabs that collide.
pub const TOLERANCE: Duration = Duration::seconds(3);
/// How long after a rotation its predecessor is answered while nothing of the successor was used: a lost answer.
pub const GRACE: Duration = Duration::seconds(30);

/// Exchanges a refresh token for the next one.
///
/// The current token rotates the session. Its predecessor gets the very bytes that the rotation
/// gave, within [`TOLERANCE`], or within [`GRACE`] while neither the successor nor an access token
/// of its generation has been used. A repeat after the tolerance says that the answer before was lost:
/// the session's access tokens made before it are good for nothing any more. Any other token that we made ends the session and writes the
/// audit event `refresh_reuse` (RFC 9700 section 4.14.2). One statement; running it twice is harmless.
///
/// # Errors
/// [`Error::InvalidRefreshToken`]; a token that is not ours costs no statement.
pub async fn refresh(hallpass: &Hallpass, token: &str, client: &Client) -> Result<Issued> {
    let token = RefreshToken::decode(&hallpass.keys, token).ok_or(Error::InvalidRefreshToken)?;
    let lifetimes = Lifetimes::of(hallpass);
    let client = client.json();
    let decided = hallpass.db.fetch_optional(Effect::Repeatable, || {
        query_file!(
            "src/sessions/sql/rotate.sql",
            token.session_id,
            token.generation,
            lifetimes.idle,
            client,
            TOLERANCE.as_seconds_f64(),
            GRACE.as_seconds_f64(),
        )
    });
    let row = decided.await?.ok_or(Error::InvalidRefreshToken)?;
    if row.reused {
        tracing::error!(
            event = "authn_token_reuse",
            user_id = %row.user.0.id,
            session_id = %row.session_id,
            "a refresh token was used again after its successor: the session is over"
        );
        return Err(Error::InvalidRefreshToken);
    }
    let Json(user) = row.user;
    SessionRow {
        session_id: row.session_id,
        generation: row.generation,
        expires_at: row.expires_at,
        now: row.now,
        user: Json::<User>(user),
    }
    .issue(hallpass)
}
