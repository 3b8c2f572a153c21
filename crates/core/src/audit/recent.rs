//! The newest audit events that match a filter.

use sqlx::query_file;
use sqlx::types::Json;
use time::OffsetDateTime;

use crate::Result;
use crate::audit::AuditEvent;
use crate::db::{Db, Idempotency};
use crate::ids;
use crate::users::Who;

/// Names of the events that change an account, its permissions or its credentials.
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

/// Conditions on audit events; `None` and an empty list mean no condition.
#[derive(Clone, Debug)]
pub struct Recent {
    /// Names of events.
    pub events: Vec<String>,
    /// `info`, `warning` or `critical`.
    pub severity: Option<String>,
    /// The user who caused the event or is affected by it.
    pub user: Option<Who>,
    /// The event occurred at this time or later.
    pub since: OffsetDateTime,
    /// Maximum number of events.
    pub limit: i64,
}

/// Lists the matching audit events, newest first.
///
/// # Errors
/// [`crate::Error::NotFound`] if no user has the e-mail address.
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
