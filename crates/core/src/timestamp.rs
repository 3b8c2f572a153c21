//! Times in the HTTP API: RFC 3339 in UTC with exactly three decimals, `2026-11-23T10:00:00.000Z`. For use in
//! `#[serde(with = "…")]`. Any RFC 3339 time can be read.

use serde::Serializer;
use time::{OffsetDateTime, UtcOffset};

pub use time::serde::rfc3339::deserialize;

/// The time as text, truncated to milliseconds.
#[must_use]
pub fn text(at: OffsetDateTime) -> String {
    let at = at.to_offset(UtcOffset::UTC);
    format!(
        "{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:03}Z",
        at.year(),
        u8::from(at.month()),
        at.day(),
        at.hour(),
        at.minute(),
        at.second(),
        at.millisecond()
    )
}

/// Writes the time.
///
/// # Errors
/// Errors of the serializer only.
pub fn serialize<S: Serializer>(at: &OffsetDateTime, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(&text(*at))
}

/// The same for times that may be missing.
pub mod option {
    use serde::Serializer;
    use time::OffsetDateTime;

    pub use time::serde::rfc3339::option::deserialize;

    /// Writes the time or null.
    ///
    /// # Errors
    /// Errors of the serializer only.
    pub fn serialize<S: Serializer>(
        at: &Option<OffsetDateTime>,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        match at {
            Some(at) => super::serialize(at, serializer),
            None => serializer.serialize_none(),
        }
    }
}

#[cfg(test)]
mod tests {
    use time::format_description::well_known::Rfc3339;

    use super::*;

    #[test]
    fn a_time_is_in_utc_and_has_three_decimals() {
        for (given, expected) in [
            ("2026-11-23T10:00:00Z", "2026-11-23T10:00:00.000Z"),
            ("2026-11-23T10:00:00.1Z", "2026-11-23T10:00:00.100Z"),
            ("2026-11-23T10:00:00.123999Z", "2026-11-23T10:00:00.123Z"),
            ("2026-01-02T00:30:05.007+01:00", "2026-01-01T23:30:05.007Z"),
        ] {
            assert_eq!(
                text(OffsetDateTime::parse(given, &Rfc3339).unwrap()),
                expected
            );
        }
    }
}
