//! UUIDs of version 7 (RFC 9562 section 5.7) are ordered by time, so that the primary keys of sessions and audit events
//! also serve as indexes by time.

use time::{Duration, OffsetDateTime};
use uuid::Uuid;

/// Maximum difference between the clock of the instance that made an id and the database's clock.
const CLOCK_SLACK: Duration = Duration::hours(1);

/// Lower bound of the ids of rows that were made at this time or later, by the database's clock.
#[must_use]
pub fn since(at: OffsetDateTime) -> Uuid {
    least_at(at - CLOCK_SLACK)
}

/// Upper bound (exclusive) of the ids of rows that were made before this time, by the database's clock.
#[must_use]
pub fn until(at: OffsetDateTime) -> Uuid {
    least_at(at + CLOCK_SLACK)
}

/// The smallest id that can be made at this time.
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
