//! The row of an audit event. Most events are sign-ins.

use super::super::size::ADMINISTRATORS;
use super::client::{ip, user_agent};
use super::{Rows, Size};
use crate::scale::people::{Subject, chances};

pub(super) const COLUMNS: &str = "id, occurred_at, event, severity, actor_id, subject_id, session_id, ip, user_agent, \
    request_id, details";

/// Who causes an event.
#[derive(Clone, Copy)]
enum Actor {
    Nobody,
    Affected,
    Administrator,
}
use Actor::{Administrator, Affected, Nobody};

/// Of each thousand events: how many, and what the product writes for them.
const KINDS: [(u16, &str, &str, Actor, &str); 10] = [
    (
        620,
        "login",
        "info",
        Affected,
        r#"{"place": {"city": "Hamburg", "country": "DE"}}"#,
    ),
    (150, "logout", "info", Affected, r#"{"count": 1}"#),
    (
        120,
        "login_failed",
        "warning",
        Nobody,
        r#"{"reason": "wrong_password"}"#,
    ),
    (
        40,
        "user_created",
        "info",
        Administrator,
        r#"{"roles": ["user"], "withPassword": false}"#,
    ),
    (20, "password_set_by_link", "info", Affected, "{}"),
    (20, "setup_link_made", "info", Administrator, "{}"),
    (
        15,
        "user_updated",
        "info",
        Administrator,
        r#"{"version": 2}"#,
    ),
    (
        10,
        "refresh_refused",
        "info",
        Nobody,
        r#"{"reason": "session_ended"}"#,
    ),
    (
        4,
        "user_deactivated",
        "info",
        Administrator,
        r#"{"version": 3}"#,
    ),
    (
        1,
        "refresh_reuse",
        "critical",
        Nobody,
        r#"{"current": 4, "presented": 2}"#,
    ),
];

pub(super) fn push(rows: &mut Rows, number: u64, size: &Size) {
    let made = size.event(number);
    let rng = &mut chances(Subject::Event, number ^ (1 << 40));
    let mut left = rng.u16(..KINDS.iter().map(|kind| kind.0).sum::<u16>());
    let kind = KINDS.iter().find(|kind| {
        let is_it = left < kind.0;
        left = left.saturating_sub(kind.0);
        is_it
    });
    let (_, event, severity, actor, details) = *kind.expect("the shares were added up before");
    let subject = size.user(size.signed_in_user(rng)).id;
    let administrator = size.user(ADMINISTRATORS[rng.usize(..2)]).id;
    let session = size.session(rng.u64(..size.sessions.max(1))).id;

    rows.id(made.id);
    rows.time(made.at);
    rows.text(event);
    rows.text(severity);
    rows.id_or_null(match actor {
        Nobody => None,
        Affected => Some(subject),
        Administrator => Some(administrator),
    });
    rows.id(subject);
    rows.id_or_null(Some(session).filter(|_| event != "login_failed"));
    rows.text(&ip(rng));
    rows.text(user_agent(rng));
    rows.value(format_args!("{:032x}", rng.u128(..)));
    rows.text(details);
    rows.end();
}
