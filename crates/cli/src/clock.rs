//! The only module of the command that reads the clock. It also formats times.

use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;
use time::macros::format_description;

#[expect(
    clippy::disallowed_methods,
    reason = "the command reads the clock only here, and passes the time to core"
)]
pub(crate) fn now() -> OffsetDateTime {
    OffsetDateTime::now_utc()
}

/// `2026-11-26 05:10 UTC`.
pub(crate) fn minute(at: OffsetDateTime) -> String {
    let format = format_description!("[year]-[month]-[day] [hour]:[minute] UTC");
    at.format(format).unwrap_or_default()
}

/// `2026-11-26 05:10:44`.
pub(crate) fn second(at: OffsetDateTime) -> String {
    let format = format_description!("[year]-[month]-[day] [hour]:[minute]:[second]");
    at.format(format).unwrap_or_default()
}

/// `2026-11-26`.
pub(crate) fn day(at: OffsetDateTime) -> String {
    let format = format_description!("[year]-[month]-[day]");
    at.format(format).unwrap_or_default()
}

/// `2026-11-26T05:10:44.123Z`, the format of times in JSON.
pub(crate) fn rfc3339(at: OffsetDateTime) -> String {
    at.format(&Rfc3339).unwrap_or_default()
}
