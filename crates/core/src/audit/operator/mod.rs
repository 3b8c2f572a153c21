//! The audit trail at the operator's command line: what happened lately, and what of it deserves a look.

mod recent;
mod suspicious;

use time::{Duration, OffsetDateTime};
use uuid::Uuid;

pub use recent::{CHANGES, Event, Recent, recent};
pub use suspicious::{Finding, suspicious};

/// How far the clock of the instance that made an event's id may be from the database's.
const CLOCK_SLACK: Duration = Duration::hours(1);

/// Events that occurred since then have no smaller ids: they are of version 7 (RFC 9562 section 5.7), so that
/// the primary key is in the order of time and no other index is needed. So are those of sessions.
#[must_use]
pub fn first_id_at(at: OffsetDateTime) -> Uuid {
    let milliseconds = (at - CLOCK_SLACK).unix_timestamp_nanos() / 1_000_000;
    Uuid::from_u128(u128::try_from(milliseconds).unwrap_or_default() << 80)
}
