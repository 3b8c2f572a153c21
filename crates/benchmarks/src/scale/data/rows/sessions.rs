//! The row of a session: six of ten are live, the others were ended or have expired.

use super::client::{ip, user_agent};
use super::{Rows, Size};
use crate::scale::people::{Subject, chances};

pub(super) const COLUMNS: &str = "id, user_id, generation, rotated_at, confirmed_at, created_at, last_used_at, \
    idle_expires_at, expires_at, revoked_at, revoked_reason, ip, user_agent";

const DAY: i64 = 86_400_000_000;
/// `HALLPASS_SESSION_IDLE_DAYS` and `HALLPASS_SESSION_MAX_DAYS`.
const IDLE: i64 = 7 * DAY;
const LONGEST: i64 = 30 * DAY;

pub(super) fn push(rows: &mut Rows, number: u64, size: &Size) {
    let made = size.session(number);
    let rng = &mut chances(Subject::Session, number ^ (1 << 40));
    let user = size.user(size.signed_in_user(rng)).id;
    let end = (made.at + LONGEST).min(size.made_at);
    let (last_used, revoked) = match rng.u8(..10) {
        0..6 => (end - rng.i64(0..(end - made.at).clamp(1, IDLE)), None),
        6 => (made.at, None),
        7 => {
            let at = made.at + rng.i64(0..(end - made.at).max(1));
            (at, Some((at, "replaced")))
        }
        _ => {
            let at = made.at + rng.i64(0..(end - made.at).max(1));
            (at, Some((at, "logout")))
        }
    };

    rows.id(made.id);
    rows.id(user);
    rows.value((last_used - made.at) / (DAY / 24));
    rows.time(last_used);
    rows.time(last_used);
    rows.time(made.at);
    rows.time(last_used);
    rows.time((last_used + IDLE).min(made.at + LONGEST));
    rows.time(made.at + LONGEST);
    rows.time_or_null(revoked.map(|(at, _)| at));
    rows.optional(revoked.map(|(_, reason)| reason));
    rows.text(&ip(rng));
    rows.text(user_agent(rng));
    rows.end();
}
