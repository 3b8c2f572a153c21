//! The newest events, filtered.

use sqlx::query_file;
use sqlx::types::Json;
use time::OffsetDateTime;
use uuid::Uuid;

use crate::audit::AuditEvent;
use crate::db::{Db, Effect};
use crate::ids;
use crate::users::operator::Who;
use crate::{Error, Result};

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
/// [`Error::NotFound`] for an address that nobody has.
pub async fn recent(db: &Db, wanted: &Recent) -> Result<Vec<AuditEvent>> {
    let user = match &wanted.user {
        None => None,
        // Somebody who is gone has left a trail all the same.
        Some(Who::Id(id)) => Some(*id),
        Some(Who::Email(email)) => Some(find(db, email).await?),
    };
    let rows = db.fetch_all(Effect::Repeatable, || {
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

async fn find(db: &Db, email: &str) -> Result<Uuid> {
    let found = db.fetch_optional(Effect::Repeatable, || {
        sqlx::query!(
            "select id from hallpass.users where email_normalized = $1",
            email
        )
    });
    Ok(found.await?.ok_or(Error::NotFound)?.id)
}
