//! From when on something is wrong: one place for what the daily check, the operator's commands and the runbook
//! go by. A figure is too high when it is *more* than its threshold.

use std::time::Duration;

/// How long an answer may take.
pub const RESPONSE_TIME: Duration = Duration::from_secs(2);
/// Answers with a 5xx, percent of all.
pub const ERRORS_PERCENT: i64 = 1;
/// Connections in use, percent of a limit.
pub const CONNECTIONS_PERCENT: i64 = 80;
/// Memory of an instance in use, percent of what it may have.
pub const MEMORY_PERCENT: i64 = 90;
/// Disk space in use, percent of what was ordered.
pub const STORAGE_PERCENT: i64 = 80;
/// Failed sign-ins of everybody together within a minute.
pub const FAILED_SIGN_INS_A_MINUTE: i64 = 10;
/// Failed sign-ins at one account from one network within an hour: the throttle lets no more than ten through in a
/// minute.
pub const FAILED_SIGN_INS_AT_ONE_ACCOUNT_AN_HOUR: i64 = 10;

/// Whether `part` is more than so many percent of `whole`. Of nothing, nothing is too much.
#[must_use]
pub fn exceeds(part: i64, whole: i64, percent: i64) -> bool {
    whole > 0 && i128::from(part) * 100 > i128::from(whole) * i128::from(percent)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_threshold_may_be_reached_and_not_passed() {
        assert!(!exceeds(80, 100, CONNECTIONS_PERCENT));
        assert!(exceeds(81, 100, CONNECTIONS_PERCENT));
        assert!(!exceeds(2, 3, CONNECTIONS_PERCENT));
        assert!(exceeds(3, 3, CONNECTIONS_PERCENT));
        assert!(exceeds(i64::MAX, i64::MAX, MEMORY_PERCENT));
        assert!(!exceeds(5, 0, MEMORY_PERCENT));
    }
}
