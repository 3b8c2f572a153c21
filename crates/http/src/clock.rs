//! The one place of this crate that reads the clock.

use time::OffsetDateTime;

/// The time of this instance.
#[expect(
    clippy::disallowed_methods,
    reason = "from here on time is an argument"
)]
pub(crate) fn now() -> OffsetDateTime {
    OffsetDateTime::now_utc()
}
