//! Ids of version 7 (RFC 9562 section 5.7) are in the order of time, so that the primary keys of sessions and
//! audit events serve as indexes of it.

use time::{Duration, OffsetDateTime};
use uuid::Uuid;

/// How far the clock of the instance that made an id may be from the database's.
const CLOCK_SLACK: Duration = Duration::hours(1);

/// What occurred at this moment or later, by the database's clock, has no smaller id.
#[must_use]
pub fn since(at: OffsetDateTime) -> Uuid {
    least_at(at - CLOCK_SLACK)
}

/// What occurred before this moment, by the database's clock, has a smaller id.
#[must_use]
pub fn until(at: OffsetDateTime) -> Uuid {
    least_at(at + CLOCK_SLACK)
}

/// The least id that could be made at this moment.
fn least_at(at: OffsetDateTime) -> Uuid {
    let milliseconds = at.unix_timestamp_nanos() / 1_000_000;
    Uuid::from_u128(u128::try_from(milliseconds).unwrap_or_default() << 80)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_made_later_are_greater() {
        let at = OffsetDateTime::UNIX_EPOCH + Duration::days(20_000);
        let made = |at: OffsetDateTime| {
            let seconds = u64::try_from(at.unix_timestamp()).unwrap();
            Uuid::new_v7(uuid::Timestamp::from_unix(uuid::NoContext, seconds, 0))
        };
        assert!(made(at) >= least_at(at));
        assert!(made(at - Duration::seconds(1)) < least_at(at));
    }
}
