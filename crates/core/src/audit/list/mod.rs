//! Pages of audit events, newest first. Every page costs the same, wherever it is in the list.

mod page;
mod statement;

use serde::{Deserialize, Serialize};
use time::OffsetDateTime;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::authorization::{Actor, authorized};
use crate::cursor::{Cursor, Key, KeyKind, moment};
use crate::db::Idempotency;
use crate::tokens::access::Claims;
use crate::{AppContext, Error, Result};

/// Maximum number of events on a page.
pub const SIZE_MAX: i64 = 100;

/// Severity of an audit event: `info`, a routine action; `warning`, a failure that may be an attack; `critical`, very
/// likely an attack.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// A routine action.
    Info,
    /// A failure that may be an attack.
    Warning,
    /// Very likely an attack.
    Critical,
}

/// Entry of the audit log.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct AuditEvent {
    /// Event id, a UUID version 7.
    pub id: Uuid,
    /// Time of the event, by the database's clock.
    #[serde(with = "crate::timestamp")]
    pub occurred_at: OffsetDateTime,
    /// Name of the event in snake case, such as `login`.
    pub event: String,
    /// Severity of the event.
    pub severity: Severity,
    /// Id of the user who caused the event; null if nobody was signed in or the operator acted on the command line.
    #[schema(required = true)]
    pub actor_id: Option<Uuid>,
    /// Current e-mail address of the user who caused the event.
    #[schema(required = true)]
    pub actor_email: Option<String>,
    /// Id of the affected user.
    #[schema(required = true)]
    pub user_id: Option<Uuid>,
    /// Current e-mail address of the affected user.
    #[schema(required = true)]
    pub user_email: Option<String>,
    /// Id of the session that caused the event or is affected by it.
    #[schema(required = true)]
    pub session_id: Option<Uuid>,
    /// IP address of the client.
    #[schema(required = true)]
    pub ip: Option<String>,
    /// `User-Agent` header of the client.
    #[schema(required = true)]
    pub user_agent: Option<String>,
    /// Id of the request that caused the event.
    #[schema(required = true)]
    pub request_id: Option<String>,
    /// Further details; the fields depend on the event.
    #[schema(value_type = Object)]
    pub details: serde_json::Value,
}

/// Conditions on audit events; `None` means no condition.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AuditFilter {
    /// Name of the event.
    pub event: Option<String>,
    /// Severity of the event.
    pub severity: Option<Severity>,
    /// The affected user.
    pub user_id: Option<Uuid>,
    /// The user who caused the event.
    pub actor_id: Option<Uuid>,
    /// The event occurred at this time or later.
    pub from: Option<OffsetDateTime>,
    /// The event occurred before this time.
    pub to: Option<OffsetDateTime>,
}

/// Request for a page of audit events.
#[derive(Clone, Debug)]
pub struct AuditRequest {
    /// Conditions on the events.
    pub filter: AuditFilter,
    /// Cursor at which the page begins; without one, the page begins with the newest event.
    pub cursor: Option<String>,
    /// Maximum number of events on the page, 1 to [`SIZE_MAX`].
    pub size: i64,
}

/// A page of events.
#[derive(Clone, Debug, PartialEq)]
pub struct AuditPage {
    /// The events, newest first. The page can hold fewer events than requested, or none, although there is a next
    /// page: with several filters, the number of events that are read for a page is limited.
    pub events: Vec<AuditEvent>,
    /// Cursor of the next page (older events), if there is one.
    pub next: Option<String>,
    /// Cursor of the previous page (newer events), if there is one.
    pub prev: Option<String>,
}

/// The list's only sort order. It is part of each cursor, so that cursors of other lists are refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
enum Order {
    #[serde(rename = "-occurredAt")]
    Newest,
}

/// Where the statement begins to read, and in which direction.
#[derive(Clone, Copy, Debug)]
struct Start {
    place: Option<(OffsetDateTime, Uuid)>,
    backwards: bool,
}

/// Reads a page of audit events. One statement; needs `audit:read`.
///
/// # Errors
/// [`Error::InvalidCursor`], [`Error::Invalid`], [`Error::Unauthenticated`], [`Error::Forbidden`].
pub async fn list(app: &AppContext, claims: &Claims, request: &AuditRequest) -> Result<AuditPage> {
    if !(1..=SIZE_MAX).contains(&request.size) {
        let message = format!("must be a whole number from 1 to {SIZE_MAX}");
        return Err(Error::invalid("size", "out_of_range", message));
    }
    let start = Start::of(request.cursor.as_deref())?;
    let rows = authorized(
        &app.db,
        Actor::Session(claims),
        Idempotency::Idempotent,
        |caller| statement::build(caller, request, start),
    );
    Ok(page::assemble(request.size, start, rows.await?))
}

impl Start {
    fn of(cursor: Option<&str>) -> Result<Self> {
        let cursor = cursor.map(|text| Cursor::decode(text, &Order::Newest, KeyKind::Time));
        Ok(match cursor.transpose()? {
            Some(Cursor {
                before,
                key: Key::Time(micros, id),
                ..
            }) => Self {
                place: Some((moment(micros), id)),
                backwards: before,
            },
            _ => Self {
                place: None,
                backwards: false,
            },
        })
    }
}
