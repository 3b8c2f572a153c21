//! The newest events, filtered.

use sqlx::query_file;
use sqlx::types::Json;
use time::OffsetDateTime;

use crate::Result;
use crate::audit::AuditEvent;
use crate::db::{Db, Idempotency};
use crate::ids;
use crate::users::Who;

/// The events that change accounts, what they may do, or how one gets into them.
pub const CHANGES: [&str; 10] = [
    "user_created",
    "user_updated",
    "user_roles_changed",
    "user_deactivated",
    "user_reactivated",
    "password_changed",
    "password_set_by_link",
    "password_set_by_operator",
    "setup_link_made",
    "user_erased",
];

/// Which events; `None` and empty let all through.
#[derive(Clone, Debug)]
pub struct Recent {
    /// Of one of these names.
    pub events: Vec<String>,
    /// `info`, `warning` or `critical`.
    pub severity: Option<String>,
    /// Done by this user or to them.
    pub user: Option<Who>,
    /// From this moment on.
    pub since: OffsetDateTime,
    /// At most how many.
    pub limit: i64,
}

/// The newest events, the newest first.
///
/// # Errors
/// [`crate::Error::NotFound`] for an address that nobody has.
pub async fn recent(db: &Db, wanted: &Recent) -> Result<Vec<AuditEvent>> {
    let user = match &wanted.user {
        None => None,
        Some(who) => Some(who.id(db).await?),
    };
    let rows = db.fetch_all(Idempotency::Idempotent, || {
        query_file!(
            "src/audit/sql/recent.sql",
            ids::since(wanted.since),
            wanted.since,
            &wanted.events,
            wanted.severity,
            user,
            wanted.limit,
        )
    });
    Ok(rows.await?.into_iter().map(|row| row.event.0).collect())
}
