//! The SQL statement for a page of audit events.

use serde_json::Value;
use sqlx::postgres::PgRow;
use sqlx::types::Json;
use sqlx::{Postgres, QueryBuilder, Row as _};
use time::OffsetDateTime;
use uuid::Uuid;

use super::{AuditEvent, AuditFilter, AuditRequest, Severity, Start};
use crate::authorization::with_viewer;
use crate::db::{Built, built};

/// Each filter condition has an index in the order of the list. With several conditions, a page reads at most this many
/// events that meet the first one. If too few of them meet the others, the page's cursor continues from there.
const SCAN_LIMIT: i64 = 20_000;

/// An event, or `None` if the page is empty; and the event at which the scan stopped before the page was full.
#[derive(Debug)]
pub(super) struct Row {
    pub(super) event: Option<AuditEvent>,
    pub(super) edge: Option<(OffsetDateTime, Uuid)>,
}

/// A condition that has its own index.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Condition<'a> {
    User(Uuid),
    Actor(Uuid),
    Event(&'a str),
    Severity(Severity),
}

pub(super) fn build(caller: &Value, request: &AuditRequest, start: Start) -> Built<Row> {
    let conditions = conditions(&request.filter);
    let (first, others) = match conditions.split_first() {
        // Nearly every event is an `info` event, so an index for this severity would be no better than the index of the
        // list.
        Some((Condition::Severity(Severity::Info), _)) | None => (None, &conditions[..]),
        Some((first, others)) => (Some(*first), others),
    };
    let range = Range::of(first, request, start);
    let order = if start.backwards {
        " order by e.occurred_at, e.id"
    } else {
        " order by e.occurred_at desc, e.id desc"
    };
    let wanted = request.size + 1;
    let mut sql = with_viewer(caller, "audit:read");
    sql.push(", page as materialized (select e.* from (");
    range.push(&mut sql, "e.*");
    sql.push(" limit ")
        .push_bind(if others.is_empty() {
            wanted
        } else {
            SCAN_LIMIT
        })
        .push(") e where true");
    for condition in others {
        condition.push(&mut sql);
    }
    sql.push(order).push(" limit ").push_bind(wanted).push(")");
    if !others.is_empty() {
        sql.push(", edge as materialized (");
        range.push(&mut sql, "e.occurred_at, e.id");
        sql.push(" limit case when (select count(*) from page) < ")
            .push_bind(wanted)
            .push(" then 1 else 0 end offset ")
            .push_bind(SCAN_LIMIT - 1)
            .push(")");
    }
    sql.push(
        " select e.id, e.occurred_at, e.event, to_jsonb(e.severity) as severity, e.actor_id, \
         actor.email as actor_email, e.subject_id, subject.email as subject_email, e.session_id, \
         host(e.ip) as ip, e.user_agent, e.request_id, e.details, ",
    );
    sql.push(if others.is_empty() {
        "null::timestamptz as edge_at, null::uuid as edge_id from viewer"
    } else {
        "edge.occurred_at as edge_at, edge.id as edge_id from viewer left join edge on true"
    });
    sql.push(
        " left join page e on true left join hallpass.users actor on actor.id = e.actor_id \
         left join hallpass.users subject on subject.id = e.subject_id",
    );
    sql.push(order);
    built(sql, read)
}

/// A range of one index, which is all that a page may read. The range and the order name the index's whole key,
/// so that the planner cannot choose another index. Otherwise, if many events meet a condition, the planner
/// prefers to walk through all events, which takes very long if the matching ones are old.
struct Range<'a> {
    condition: Option<Condition<'a>>,
    lower: Option<Bound>,
    upper: Option<Bound>,
    ascending: bool,
}

/// End of a range: time, id, and whether the event with this time and id is included.
type Bound = (OffsetDateTime, Uuid, bool);

impl<'a> Range<'a> {
    fn of(condition: Option<Condition<'a>>, request: &AuditRequest, start: Start) -> Self {
        let mut lower = request.filter.from.map(|from| (from, Uuid::nil(), true));
        let mut upper = request.filter.to.map(|to| (to, Uuid::nil(), false));
        let cursor = start.place.map(|(at, id)| (at, id, false));
        if start.backwards {
            lower = lower.into_iter().chain(cursor).max_by_key(place);
        } else {
            upper = upper.into_iter().chain(cursor).min_by_key(place);
        }
        Self {
            condition,
            lower,
            upper,
            ascending: start.backwards,
        }
    }

    /// Appends a `select` of these columns, in order, without a limit.
    fn push(&self, sql: &mut QueryBuilder<Postgres>, columns: &'static str) {
        sql.push("select ").push(columns);
        sql.push(" from hallpass.audit_events e where true");
        if let Some(Condition::Severity(_)) = self.condition {
            // The planner does not infer this condition, which the partial index has.
            sql.push(" and e.severity <> 'info'");
        }
        self.push_end(sql, self.lower, [" >= ", " > "]);
        self.push_end(sql, self.upper, [" <= ", " < "]);
        sql.push(" order by ");
        let direction = if self.ascending { "" } else { " desc" };
        if let Some(condition) = self.condition {
            sql.push(condition.column()).push(direction).push(", ");
        }
        sql.push("e.occurred_at").push(direction);
        sql.push(", e.id").push(direction);
    }

    fn push_end(
        &self,
        sql: &mut QueryBuilder<Postgres>,
        end: Option<Bound>,
        [including, excluding]: [&'static str; 2],
    ) {
        let Some((at, id, is_included)) = end else {
            if let Some(condition) = self.condition {
                sql.push(" and ").push(condition.column()).push(including);
                condition.push_value(sql);
            }
            return;
        };
        sql.push(" and (");
        if let Some(condition) = self.condition {
            sql.push(condition.column()).push(", ");
        }
        sql.push("e.occurred_at, e.id)")
            .push(if is_included { including } else { excluding })
            .push("(");
        if let Some(condition) = self.condition {
            condition.push_value(sql);
            sql.push(", ");
        }
        sql.push_bind(at).push(", ").push_bind(id).push(")");
    }
}

fn place((at, id, _): &Bound) -> (OffsetDateTime, Uuid) {
    (*at, *id)
}

/// The conditions of the filter, the most selective first.
fn conditions(filter: &AuditFilter) -> Vec<Condition<'_>> {
    let severity = filter.severity.map(Condition::Severity);
    let critical = severity.filter(|_| filter.severity == Some(Severity::Critical));
    [
        filter.user_id.map(Condition::User),
        filter.actor_id.map(Condition::Actor),
        critical,
        filter.event.as_deref().map(Condition::Event),
        severity.filter(|_| critical.is_none()),
    ]
    .into_iter()
    .flatten()
    .collect()
}

impl Condition<'_> {
    const fn column(self) -> &'static str {
        match self {
            Self::User(_) => "e.subject_id",
            Self::Actor(_) => "e.actor_id",
            Self::Event(_) => "e.event",
            Self::Severity(_) => "e.severity",
        }
    }

    fn push_value(self, sql: &mut QueryBuilder<Postgres>) {
        match self {
            Self::User(id) | Self::Actor(id) => sql.push_bind(id),
            Self::Event(name) => sql.push_bind(name.to_owned()),
            Self::Severity(Severity::Info) => sql.push("'info'"),
            Self::Severity(Severity::Warning) => sql.push("'warning'"),
            Self::Severity(Severity::Critical) => sql.push("'critical'"),
        };
    }

    /// Appends the condition, beginning with ` and `.
    fn push(self, sql: &mut QueryBuilder<Postgres>) {
        sql.push(" and ").push(self.column()).push(" = ");
        self.push_value(sql);
    }
}

#[expect(
    clippy::needless_pass_by_value,
    reason = "the driver hands rows over by value"
)]
fn read(row: PgRow) -> sqlx::Result<Row> {
    let edge_at: Option<OffsetDateTime> = row.try_get("edge_at")?;
    let edge = edge_at.zip(row.try_get("edge_id")?);
    let Some(id) = row.try_get("id")? else {
        return Ok(Row { event: None, edge });
    };
    let Json(severity) = row.try_get("severity")?;
    Ok(Row {
        event: Some(AuditEvent {
            id,
            occurred_at: row.try_get("occurred_at")?,
            event: row.try_get("event")?,
            severity,
            actor_id: row.try_get("actor_id")?,
            actor_email: row.try_get("actor_email")?,
            user_id: row.try_get("subject_id")?,
            user_email: row.try_get("subject_email")?,
            session_id: row.try_get("session_id")?,
            ip: row.try_get("ip")?,
            user_agent: row.try_get("user_agent")?,
            request_id: row.try_get("request_id")?,
            details: row.try_get("details")?,
        }),
        edge,
    })
}
