//! The only place in this crate that reads the clock.

use time::OffsetDateTime;

/// Current time by the clock of this instance.
#[expect(
    clippy::disallowed_methods,
    reason = "everything else takes the time as an argument"
)]
pub(crate) fn now() -> OffsetDateTime {
    OffsetDateTime::now_utc()
}
