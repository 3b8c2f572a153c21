//! What the operator does with sessions at the command line: no permissions to ask for, the same trail.

use serde::{Deserialize, Serialize};
use sqlx::query_file;
use sqlx::types::Json;
use time::OffsetDateTime;
use uuid::Uuid;

use crate::client::Client;
use crate::db::{Db, Idempotency};
use crate::users::Who;
use crate::{Error, Result};

/// A live session and whose it is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct LiveSession {
    /// A UUID of version 7.
    pub id: Uuid,
    /// Whose session it is.
    pub user_id: Uuid,
    /// Their e-mail address.
    pub email: String,
    /// Sign-in.
    #[serde(with = "crate::timestamp")]
    pub created_at: OffsetDateTime,
    /// The last refresh.
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

/// The live sessions, the newest first: of a user, or of everybody. One statement.
///
/// # Errors
/// [`Error::NotFound`] where there is no such user.
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

/// How many sessions live: of a user, or of everybody, which takes the longer the more there are.
///
/// # Errors
/// [`Error::NotFound`] where there is no such user.
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

/// Ends everybody's sessions: those opened before the moment that it gives. One statement that touches one
/// row, however many sessions there are; every one of them is refused when it is used next.
///
/// # Errors
/// Only the database's.
pub async fn revoke_all(db: &Db, client: &Client) -> Result<OffsetDateTime> {
    let client = client.json();
    let row = db.fetch_one(Idempotency::NotIdempotent, || {
        query_file!("src/sessions/sql/operator_revoke_all.sql", client)
    });
    Ok(row.await?.valid_from)
}
