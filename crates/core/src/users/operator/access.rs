//! Data for an access review: users who have permissions, and one-time links that can still be used.

use serde::{Deserialize, Serialize};
use sqlx::query_file;
use sqlx::types::Json;
use time::OffsetDateTime;
use uuid::Uuid;

use crate::Result;
use crate::db::{Db, Idempotency};
use crate::ids;
use crate::tokens::link::LINK_LIFETIME;

/// Maximum number of users, and of links, that a review lists.
pub const REVIEWED_MAX: i64 = 1_000;

/// A user who has a permission.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Holder {
    /// User id, a UUID version 7.
    pub id: Uuid,
    /// E-mail address.
    pub email: String,
    /// Names of the user's roles.
    pub roles: Vec<String>,
    /// Permissions that the roles grant, sorted.
    pub permissions: Vec<String>,
    /// Whether the account is active. A deactivated user has the permissions again after being reactivated.
    pub is_active: bool,
    /// Whether the account has a password. Nobody can sign in without one.
    pub has_password: bool,
    /// Time of the last sign-in; `None` if the user has never signed in.
    #[serde(with = "crate::timestamp::option")]
    pub last_login_at: Option<OffsetDateTime>,
    /// Time at which the account was created.
    #[serde(with = "crate::timestamp")]
    pub created_at: OffsetDateTime,
}

/// A one-time link that can still be used, according to the audit log.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PendingLink {
    /// Id of the user whose password it sets.
    pub user_id: Uuid,
    /// E-mail address of that user.
    pub email: String,
    /// Time at which the link was made.
    #[serde(with = "crate::timestamp")]
    pub made_at: OffsetDateTime,
    /// Whether the account has no password yet.
    pub is_first: bool,
}

/// Lists all users who have a permission, active users and those with most permissions first, at most [`REVIEWED_MAX`].
/// One statement.
///
/// # Errors
/// Database errors only.
pub async fn holders(db: &Db) -> Result<Vec<Holder>> {
    let rows = db.fetch_all(Idempotency::Idempotent, || {
        query_file!("src/users/sql/operator_holders.sql", REVIEWED_MAX)
    });
    Ok(rows.await?.into_iter().map(|row| row.holder.0).collect())
}

/// Lists the links that were made in the 72 hours before `now` and not used, at most [`REVIEWED_MAX`]. One statement.
///
/// # Errors
/// Database errors only.
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
