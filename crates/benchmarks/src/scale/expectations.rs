//! What must hold for every operation, whatever the number of users: plans, pages and rows, never times.

use std::collections::BTreeMap;

use super::measure::{Kind, Measured};

/// A filter looks at no more rows than these. A page returns what was found among them, and a cursor.
const ROWS_MAX: f64 = 20_000.0;
/// Rows of the page itself, of the caller's account and session, and of those who are named by the page.
const ROWS_BESIDE: f64 = 500.0;

/// Most pages of 8 KiB that an operation may look at, however many users there are. `None`: it counts rows up to a limit
/// of its own.
const fn buffers_max(kind: Kind) -> Option<f64> {
    match kind {
        // The first execution on a connection also reads the system catalogs.
        Kind::Lookup => Some(300.0),
        Kind::Write => Some(500.0),
        Kind::List => Some(1_200.0),
        // A page number reaches 10,000 rows, each of which may be on a page of its own.
        Kind::Numbered => Some(12_000.0),
        Kind::Filter | Kind::Search => Some(8_000.0),
        Kind::Audit => Some(ROWS_MAX + 5_000.0),
        Kind::BulkWrite => Some(25_000.0),
        Kind::Count => None,
    }
}

/// Most rows that an operation may look at. `None`: it counts rows up to a limit of its own.
const fn rows_max(kind: Kind) -> Option<f64> {
    match kind {
        Kind::Count => None,
        // The page, and once more through the index alone, to find where the next page begins.
        Kind::Audit => Some(2.0 * ROWS_MAX + ROWS_BESIDE),
        _ => Some(ROWS_MAX + ROWS_BESIDE),
    }
}

/// The index by which an operation must read a table.
const INDEXES: [(&str, &str); 14] = [
    ("list -createdAt", "users by users_newest_idx"),
    ("list createdAt", "users by users_newest_idx"),
    ("list email", "users by users_email_normalized_key"),
    ("list -email", "users by users_email_normalized_key"),
    ("user", "users by users_pkey"),
    (
        "sessions of a user",
        "sessions by sessions_live_by_user_idx",
    ),
    ("own sessions", "sessions by sessions_live_by_user_idx"),
    ("refresh", "sessions by sessions_pkey"),
    ("sign in", "users by users_email_normalized_key"),
    ("audit, userId", "audit_events by audit_events_subject_idx"),
    ("audit, actorId", "audit_events by audit_events_actor_idx"),
    (
        "audit, event=login",
        "audit_events by audit_events_event_idx",
    ),
    (
        "audit, severity=warning",
        "audit_events by audit_events_severity_idx",
    ),
    (
        "count sign-ins of 24 hours",
        "audit_events by audit_events_event_idx",
    ),
];

/// What does not hold, one line for each operation and reason. `small` has the same operations with fewer users.
pub(super) fn unmet(small: &[Measured], large: &[Measured]) -> Vec<String> {
    let before: BTreeMap<_, _> = small.iter().map(|one| (&one.name, one)).collect();
    let mut unmet = Vec::new();
    for one in large {
        let mut problem = |text: String| unmet.push(format!("{}: {text}", one.name));
        if one.failures > 0 {
            problem(format!(
                "{} of {} requests failed",
                one.failures, one.executions
            ));
        }
        let statements = if one.name == "sign in" { 2 } else { 1 };
        if one.statements != statements {
            problem(format!(
                "{} statements instead of {statements}",
                one.statements
            ));
        }
        if let (Some(max), Some(before)) = (buffers_max(one.kind), before.get(&one.name)) {
            let (now, before) = (one.buffers.max, before.buffers.max);
            if now > max {
                problem(format!(
                    "looks at {now} pages, {before} with fewer users, and {max} are allowed"
                ));
            }
        }
        let Some(plan) = &one.plan else { continue };
        for table in &plan.walked_tables {
            problem(format!("reads the table {table} from its beginning"));
        }
        let max = rows_max(one.kind);
        if max.is_some_and(|max| plan.rows > max) {
            problem(format!(
                "looks at {} rows, and {} are allowed",
                plan.rows,
                max.unwrap_or_default()
            ));
        }
        let index = INDEXES.iter().find(|(name, _)| one.name == *name);
        if let Some((_, index)) = index
            && !plan.scans.contains(*index)
        {
            problem(format!("does not read {index}, but {:?}", plan.scans));
        }
    }
    unmet
}
