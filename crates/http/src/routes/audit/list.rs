//! GET /api/audit

use axum::Json;
use axum::extract::State;
use hallpass_core::audit::{self, AuditEvent, AuditFilter, AuditRequest, SIZE_MAX, Severity};
use serde::de::IntoDeserializer as _;
use serde::{Deserialize as _, Serialize};
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::App;
use crate::extract::{Bearer, Parameters};
use crate::respond::{Problem, ProblemBody};

/// Events on a page where nobody says how many.
const DEFAULT_SIZE: i64 = 50;
/// The longest name of an event, in characters.
const EVENT_MAX: usize = 64;

/// A page of events.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct AuditList {
    /// The newest first. A page may hold fewer than asked for, even none, and yet lead on: follow `next`.
    items: Vec<AuditEvent>,
    /// The cursors of its neighbours.
    page: AuditPageBody,
}

/// The cursors of a page's neighbours.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct AuditPageBody {
    /// At most so many events.
    size: i64,
    /// The cursor of the next page (older), null on the last.
    #[schema(required = true)]
    next: Option<String>,
    /// The cursor of the page before (newer), null on the first.
    #[schema(required = true)]
    prev: Option<String>,
}

/// List audit events
///
/// The newest first, by cursor. Where several filters are combined, a page looks through at most 20,000 events.
#[utoipa::path(
    get, path = "/api/audit", tag = "audit", operation_id = "listAuditEvents", security(("bearer" = [])),
    params(
        ("cursor" = Option<String>, Query, description = "`next` or `prev` of a page"),
        ("size" = Option<i64>, Query, description = "1 to 100; 50 without it"),
        ("event" = Option<String>, Query, description = "The name of an event"),
        ("severity" = Option<Severity>, Query, description = "How much it matters"),
        ("userId" = Option<Uuid>, Query, description = "The user it was done to"),
        ("actorId" = Option<Uuid>, Query, description = "Who did it"),
        ("from" = Option<String>, Query, description = "From this moment on, RFC 3339"),
        ("to" = Option<String>, Query, description = "Before this moment, RFC 3339"),
    ),
    responses(
        (status = 200, description = "A page of events", body = AuditList),
        (status = 400, description = "`invalid_query` or `invalid_cursor`", body = ProblemBody, content_type = "application/problem+json"),
        (status = 401, description = "`unauthenticated`", body = ProblemBody, content_type = "application/problem+json"),
        (status = 403, description = "`forbidden`", body = ProblemBody, content_type = "application/problem+json"),
        (status = 503, description = "`unavailable`", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn list_events(
    State(app): State<App>,
    Bearer(claims): Bearer,
    parameters: Parameters,
) -> Result<Json<AuditList>, Problem> {
    let request = request(parameters)?;
    let page = audit::list(&app, &claims, &request).await?;
    Ok(Json(AuditList {
        items: page.events,
        page: AuditPageBody {
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
        parameters.wrong("event", "invalid_value", "must be the name of an event");
    }
    let severity = parameters.text("severity").map(|text| {
        let text: serde::de::value::StrDeserializer<'_, serde::de::value::Error> =
            text.into_deserializer();
        Severity::deserialize(text)
    });
    if matches!(severity, Some(Err(_))) {
        let message = "must be info, warning or critical";
        parameters.wrong("severity", "invalid_value", message);
    }
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
            severity: severity.and_then(Result::ok),
            user_id,
            actor_id,
            from,
            to,
        },
        cursor,
        size: size.unwrap_or(DEFAULT_SIZE),
    })
}

/// One spelling only, as in paths.
fn id(parameters: &mut Parameters, name: &str) -> Option<Uuid> {
    let text = parameters.text(name)?;
    let id = Uuid::try_parse(text)
        .ok()
        .filter(|id| id.to_string() == text);
    if id.is_none() {
        parameters.wrong(name, "invalid_value", "must be an id");
    }
    id
}

fn moment(parameters: &mut Parameters, name: &str) -> Option<OffsetDateTime> {
    let at = OffsetDateTime::parse(parameters.text(name)?, &Rfc3339).ok();
    if at.is_none() {
        let message = "must be a time of RFC 3339, such as 2026-01-31T12:00:00Z";
        parameters.wrong(name, "invalid_value", message);
    }
    at
}
