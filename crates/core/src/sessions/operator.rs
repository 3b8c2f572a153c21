//! The operator's commands for sessions. They need no permission and write the same audit events.

use serde::{Deserialize, Serialize};
use sqlx::query_file;
use sqlx::types::Json;
use time::OffsetDateTime;
use uuid::Uuid;

use crate::client::Client;
use crate::db::{Db, Idempotency};
use crate::users::Who;
use crate::{Error, Result};

/// An active session and its user.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct LiveSession {
    /// Session id, a UUID version 7.
    pub id: Uuid,
    /// Id of the session's user.
    pub user_id: Uuid,
    /// E-mail address of the session's user.
    pub email: String,
    /// Time of the sign-in.
    #[serde(with = "crate::timestamp")]
    pub created_at: OffsetDateTime,
    /// Time of the last refresh.
    #[serde(with = "crate::timestamp")]
    pub last_used_at: OffsetDateTime,
    /// Time at which the session expires unless it is refreshed before.
    #[serde(with = "crate::timestamp")]
    pub idle_expires_at: OffsetDateTime,
    /// Time at which the session expires in any case.
    #[serde(with = "crate::timestamp")]
    pub expires_at: OffsetDateTime,
    /// IP address from which the session was last used.
    pub ip: Option<String>,
    /// `User-Agent` header of the client that last used the session.
    pub user_agent: Option<String>,
}

/// Lists active sessions, newest first: of one user, or of all. One statement.
///
/// # Errors
/// [`Error::NotFound`] if the user does not exist.
pub async fn list(db: &Db, who: Option<&Who>, limit: i64) -> Result<Vec<LiveSession>> {
    let Some(who) = who else {
        let rows = db.fetch_all(Idempotency::Idempotent, || {
            query_file!("src/sessions/sql/operator_list.sql", limit)
        });
        return Ok(rows.await?.into_iter().map(|row| row.session.0).collect());
    };
    let (id, email) = who.parameters();
    let rows = db.fetch_all(Idempotency::Idempotent, || {
        query_file!(
            "src/sessions/sql/operator_list_of_user.sql",
            id,
            email,
            limit
        )
    });
    let rows = rows.await?;
    if rows.is_empty() {
        return Err(Error::NotFound);
    }
    let sessions = rows.into_iter().filter_map(|row| row.session);
    Ok(sessions.map(|Json(session)| session).collect())
}

/// Counts the active sessions of one user, or of all users; the latter takes longer the more sessions there are.
///
/// # Errors
/// [`Error::NotFound`] if the user does not exist.
pub async fn count(db: &Db, who: Option<&Who>) -> Result<i64> {
    let (id, email) = who.map_or((None, None), Who::parameters);
    let row = db.fetch_one(Idempotency::Idempotent, || {
        query_file!("src/sessions/sql/operator_count.sql", id, email)
    });
    let row = row.await?;
    if who.is_some() && !row.user_exists {
        return Err(Error::NotFound);
    }
    Ok(row.live)
}

/// Ends all sessions that were opened before the returned time. One statement that updates a single row, however many
/// sessions there are. Each of them is refused when it is used next.
///
/// # Errors
/// Database errors only.
pub async fn revoke_all(db: &Db, client: &Client) -> Result<OffsetDateTime> {
    let client = client.json();
    let row = db.fetch_one(Idempotency::NotIdempotent, || {
        query_file!("src/sessions/sql/operator_revoke_all.sql", client)
    });
    Ok(row.await?.valid_from)
}
