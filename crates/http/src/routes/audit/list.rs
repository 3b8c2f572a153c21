//! GET /api/audit

use axum::Json;
use axum::extract::State;
use hallpass_core::audit::{self, AuditEvent, AuditFilter, AuditRequest, SIZE_MAX, Severity};
use serde::Serialize;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::App;
use crate::extract::{Bearer, Parameters};
use crate::respond::Problem;
use crate::respond::documented::{InvalidCursor, InvalidQuery, Problems, ReadProblems};

/// Page size if the request does not name one.
const DEFAULT_SIZE: i64 = 50;
/// The longest name of an event, in characters.
const EVENT_MAX: usize = 64;

/// Page of audit events.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct AuditEventList {
    /// The events of this page, newest first. A page can have fewer items than requested, or none, although more pages
    /// follow: continue while `next` is not null.
    items: Vec<AuditEvent>,
    /// Cursors of the pages before and after this page.
    page: AuditEventPage,
}

/// Size of a page of audit events, and the cursors of the pages before and after it.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct AuditEventPage {
    /// Requested page size: the maximum number of events on the page.
    size: i64,
    /// Cursor of the next page (older events); null on the last page.
    #[schema(required = true)]
    next: Option<String>,
    /// Cursor of the previous page (newer events); null on the first page.
    #[schema(required = true)]
    prev: Option<String>,
}

/// List audit events
///
/// Newest first, by cursor. If several filters are combined, one page scans at most 20,000 events.
#[utoipa::path(
    get, path = "/api/audit", tag = "audit", operation_id = "listAuditEvents", security(("bearer" = [])),
    params(
        ("cursor" = Option<String>, Query, description = "Cursor from `next` or `prev` of another page.", max_length = 1024),
        ("size" = Option<i64>, Query, description = "Maximum number of events on the page. Default: 50.", minimum = 1, maximum = 100),
        ("event" = Option<String>, Query, description = "Only events with this name, such as `login`.", max_length = 64, pattern = "^[a-z_]*$"),
        ("severity" = inline(Option<Severity>), Query, description = "Only events of this severity."),
        ("userId" = Option<Uuid>, Query, description = "Only events that affect this user."),
        ("actorId" = Option<Uuid>, Query, description = "Only events caused by this user."),
        ("from" = Option<String>, Query, description = "Only events at or after this time (RFC 3339).", format = "date-time"),
        ("to" = Option<String>, Query, description = "Only events before this time (RFC 3339).", format = "date-time"),
    ),
    responses(
        (status = 200, description = "A page of audit events.", body = AuditEventList),
        Problems<(ReadProblems, InvalidQuery, InvalidCursor)>,
    )
)]
pub(crate) async fn list_audit_events(
    State(app): State<App>,
    Bearer(claims): Bearer,
    parameters: Parameters,
) -> Result<Json<AuditEventList>, Problem> {
    let request = request(parameters)?;
    let page = audit::list(&app, &claims, &request).await?;
    Ok(Json(AuditEventList {
        items: page.events,
        page: AuditEventPage {
            size: request.size,
            next: page.next,
            prev: page.prev,
        },
    }))
}

fn request(mut parameters: Parameters) -> Result<AuditRequest, Problem> {
    let cursor = parameters.text("cursor").map(str::to_owned);
    let in_range = format!("a whole number from 1 to {SIZE_MAX}");
    let size = parameters.parse::<i64>("size", &in_range);
    if size.is_some_and(|size| !(1..=SIZE_MAX).contains(&size)) {
        parameters.wrong("size", "out_of_range", &format!("must be {in_range}"));
    }
    let event = parameters.text("event").map(str::to_owned);
    let is_name = |text: &String| {
        text.len() <= EVENT_MAX && text.bytes().all(|b| b.is_ascii_lowercase() || b == b'_')
    };
    if event.as_ref().is_some_and(|text| !is_name(text)) {
        parameters.wrong("event", "invalid_value", "must be the name of an event: lower-case letters and underscores");
    }
    let severity = parameters.choice("severity", "info, warning or critical");
    let user_id = id(&mut parameters, "userId");
    let actor_id = id(&mut parameters, "actorId");
    let from = moment(&mut parameters, "from");
    let to = moment(&mut parameters, "to");
    if from.zip(to).is_some_and(|(from, to)| from >= to) {
        parameters.wrong("to", "out_of_range", "must be later than from");
    }
    parameters.finish()?;
    Ok(AuditRequest {
        filter: AuditFilter {
            event,
            severity,
            user_id,
            actor_id,
            from,
            to,
        },
        cursor,
        size: size.unwrap_or(DEFAULT_SIZE),
    })
}

/// Reads a UUID, only in its canonical form (hyphenated, lower case), as in paths.
fn id(parameters: &mut Parameters, name: &str) -> Option<Uuid> {
    let text = parameters.text(name)?;
    let id = Uuid::try_parse(text)
        .ok()
        .filter(|id| id.to_string() == text);
    if id.is_none() {
        parameters.wrong(name, "invalid_value", "must be a UUID in lower case");
    }
    id
}

fn moment(parameters: &mut Parameters, name: &str) -> Option<OffsetDateTime> {
    let at = OffsetDateTime::parse(parameters.text(name)?, &Rfc3339).ok();
    if at.is_none() {
        let message = "must be an RFC 3339 time, such as 2026-01-31T12:00:00Z";
        parameters.wrong(name, "invalid_value", message);
    }
    at
}
