//! Who may do what to others, and which links lie about: what an access review looks at.

use serde::{Deserialize, Serialize};
use sqlx::query_file;
use sqlx::types::Json;
use time::OffsetDateTime;
use uuid::Uuid;

use crate::Result;
use crate::db::{Db, Idempotency};
use crate::ids;
use crate::tokens::link::LINK_LIFETIME;

/// The most holders, and the most links, that a review lists.
pub const REVIEWED_MAX: i64 = 1_000;

/// Somebody who may do something to others.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Holder {
    /// A UUID of version 7.
    pub id: Uuid,
    /// The address to sign in with.
    pub email: String,
    /// What they hold.
    pub roles: Vec<String>,
    /// What that lets them do, sorted.
    pub permissions: Vec<String>,
    /// A deactivated one gets it all back when activated.
    pub is_active: bool,
    /// Nobody signs in without one.
    pub has_password: bool,
    /// None where they never did.
    #[serde(with = "crate::timestamp::option")]
    pub last_login_at: Option<OffsetDateTime>,
    /// Time at which the account was created.
    #[serde(with = "crate::timestamp")]
    pub created_at: OffsetDateTime,
}

/// A one-time link that is still good, as far as the trail tells.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PendingLink {
    /// Whose password it sets.
    pub user_id: Uuid,
    /// Their address.
    pub email: String,
    /// When it was made.
    #[serde(with = "crate::timestamp")]
    pub made_at: OffsetDateTime,
    /// Whether the account has no password yet.
    pub is_first: bool,
}

/// All who hold a permission, administrators first, at most [`REVIEWED_MAX`]. One statement.
///
/// # Errors
/// Only the database's.
pub async fn holders(db: &Db) -> Result<Vec<Holder>> {
    let rows = db.fetch_all(Idempotency::Idempotent, || {
        query_file!("src/users/sql/operator_holders.sql", REVIEWED_MAX)
    });
    Ok(rows.await?.into_iter().map(|row| row.holder.0).collect())
}

/// The links made in the 72 hours before `now` that nobody has used, at most [`REVIEWED_MAX`]. One statement.
///
/// # Errors
/// Only the database's.
pub async fn pending_links(db: &Db, now: OffsetDateTime) -> Result<Vec<PendingLink>> {
    let since = now - LINK_LIFETIME;
    let rows = db.fetch_all(Idempotency::Idempotent, || {
        query_file!(
            "src/users/sql/operator_pending_links.sql",
            ids::since(since),
            since,
            REVIEWED_MAX,
        )
    });
    Ok(rows.await?.into_iter().map(|row| row.link.0).collect())
}
