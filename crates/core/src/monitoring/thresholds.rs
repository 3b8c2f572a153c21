//! Thresholds of the daily check, the operator's commands and the runbook, defined in one place. A threshold is
//! exceeded if a value is *greater* than it.

use std::time::Duration;

/// Response time.
pub const RESPONSE_TIME: Duration = Duration::from_secs(2);
/// Percentage of responses with a 5xx status.
pub const ERRORS_PERCENT: i64 = 1;
/// Percentage of a connection limit in use.
pub const CONNECTIONS_PERCENT: i64 = 80;
/// Percentage of an instance's memory in use.
pub const MEMORY_PERCENT: i64 = 90;
/// Percentage of the provisioned disk space in use.
pub const STORAGE_PERCENT: i64 = 80;
/// Failed sign-ins of all users together in a minute.
pub const FAILED_SIGN_INS_A_MINUTE: i64 = 10;
/// Failed sign-ins at one account from one network in an hour. The throttle lets at most ten through in a minute.
pub const FAILED_SIGN_INS_AT_ONE_ACCOUNT_AN_HOUR: i64 = 10;

/// Whether `part` is more than `percent` of `whole`. False if `whole` is 0.
#[must_use]
pub fn exceeds(part: i64, whole: i64, percent: i64) -> bool {
    whole > 0 && i128::from(part) * 100 > i128::from(whole) * i128::from(percent)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_percentage_is_exceeded_by_a_greater_value_only() {
        assert!(!exceeds(80, 100, CONNECTIONS_PERCENT));
        assert!(exceeds(81, 100, CONNECTIONS_PERCENT));
        assert!(!exceeds(2, 3, CONNECTIONS_PERCENT));
        assert!(exceeds(3, 3, CONNECTIONS_PERCENT));
        assert!(exceeds(i64::MAX, i64::MAX, MEMORY_PERCENT));
        assert!(!exceeds(5, 0, MEMORY_PERCENT));
    }
}
