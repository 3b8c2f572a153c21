//! Refresh-token rotation with reuse detection. A lost response, a double click or ten tabs do not end the session.

use sqlx::query_file;
use sqlx::types::Json;
use time::Duration;

use super::issue::{Issued, Lifetimes, SessionRow};
use crate::client::Client;
use crate::db::{Idempotency, locking};
use crate::throttle::Counters;
use crate::tokens::refresh::RefreshToken;
use crate::users::User;
use crate::{AppContext, Error, Result};

/// The reuse interval: for this time after a rotation, the previous refresh token gets the same successor in any case.
/// Tabs that refresh at the same time need it.
pub const REUSE_INTERVAL: Duration = Duration::seconds(3);
/// The retry grace period: for this time after a rotation, the previous refresh token gets the same successor as long
/// as nothing of the new generation was used. A client whose response was lost needs it.
pub const GRACE: Duration = Duration::seconds(30);

/// Exchanges a refresh token for the next one.
///
/// The current token rotates the session. Its predecessor gets the same refresh token, byte for byte, that the rotation
/// gave: within the reuse interval ([`REUSE_INTERVAL`]), or within the retry grace period ([`GRACE`]) as long as neither the
/// successor nor an access token of its generation has been used. A repetition after the reuse interval means that the
/// previous response was lost: access tokens of the session that were made before the repetition are refused from then
/// on. Any other token that we made ends the session and writes the audit event `refresh_reuse` (RFC 9700 section
/// 4.14.2). One statement, which may be retried.
///
/// # Errors
/// [`Error::InvalidRefreshToken`]; a token that is not ours is refused without a statement.
pub async fn refresh(app: &AppContext, token: &str, client: &Client) -> Result<Issued> {
    let Some(token) = RefreshToken::decode(&app.keys, token) else {
        tracing::warn!(event = "authn_token_fail", "forged refresh token refused");
        return Err(Error::InvalidRefreshToken);
    };
    let lifetimes = Lifetimes::of(app);
    let client = client.json();
    let counters = Counters::of_refresh(&app.keys, &token).json();
    let decided = app.db.fetch_one(Idempotency::Idempotent, || {
        query_file!(
            "src/sessions/sql/rotate.sql",
            token.session_id,
            token.generation,
            lifetimes.idle,
            client,
            REUSE_INTERVAL.as_seconds_f64(),
            GRACE.as_seconds_f64(),
            token.user_id,
            counters,
        )
    });
    let row = locking(token.session_id, decided).await?;
    let (
        Some(session_id),
        Some(generation),
        Some(expires_at),
        Some(credential_version),
        Some(user),
    ) = (
        row.session_id,
        row.generation,
        row.expires_at,
        row.credential_version,
        row.user,
    )
    else {
        tracing::warn!(
            event = "authn_token_fail",
            user_id = %token.user_id,
            session_id = %token.session_id,
            "refresh token of a session that has ended"
        );
        return Err(Error::InvalidRefreshToken);
    };
    if row.reused {
        tracing::error!(
            event = "authn_token_reuse",
            user_id = %token.user_id,
            session_id = %session_id,
            "a refresh token was used again after its successor: the session has ended"
        );
        return Err(Error::InvalidRefreshToken);
    }
    SessionRow {
        session_id,
        generation,
        expires_at,
        now: row.now,
        credential_version,
        user,
    }
    .issue(app)
}
