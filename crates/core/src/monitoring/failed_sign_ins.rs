//! Failed sign-ins: how many in a minute, and how many at one account from one network in an hour.
//!
//! Attempts that the throttle refuses write no audit event; otherwise, an attacker could fill the table. The throttle
//! lets ten attempts through in the first minute at one account from one network, and fewer in every later minute. A
//! count per minute could therefore never tell guessing from forgetfulness.

use sqlx::FromRow;
use sqlx::postgres::PgRow;

use super::thresholds::{FAILED_SIGN_INS_A_MINUTE, FAILED_SIGN_INS_AT_ONE_ACCOUNT_AN_HOUR};
use crate::Result;
use crate::db::{Db, Idempotency};

/// SQL that is embedded in other statements. `$1` and `$2` are its parameters.
pub(crate) const FAILED_SIGN_INS: &str = include_str!("sql/failed_sign_ins.sql");
/// Maximum number of failures that are read: 14 for each minute of a day. If there are more, some minute exceeds its
/// threshold.
pub(crate) const READ_AT_MOST: i64 = 20_000;

/// One minute, and the hour before it.
const LOOKBACK_SECONDS: f64 = 3_660.0;
const LAST_MINUTE: &str = "
    select count(*) as all, coalesce(max(f.at_one_account), 0) as at_one_account
    from failed f
    where f.at >= clock_timestamp() - interval '1 minute'";

/// Failed sign-ins in the last minute.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, FromRow)]
pub struct LastMinute {
    /// At all accounts, and at addresses without an account.
    pub all: i64,
    /// The most failures at one account from one network in the hour that ended with one of them; 0 if there were none.
    pub at_one_account: i64,
}

impl LastMinute {
    /// Whether a threshold is exceeded.
    #[must_use]
    pub fn is_exceeded(self) -> bool {
        self.all > FAILED_SIGN_INS_A_MINUTE || self.is_one_account_guessed()
    }

    /// Whether the threshold for a single account is exceeded.
    #[must_use]
    pub fn is_one_account_guessed(self) -> bool {
        self.at_one_account > FAILED_SIGN_INS_AT_ONE_ACCOUNT_AN_HOUR
    }
}

/// Counts the failed sign-ins of the last minute. One statement.
///
/// # Errors
/// Database errors only.
pub async fn last_minute(db: &Db) -> Result<LastMinute> {
    let text = format!("with failed as ({FAILED_SIGN_INS}) {LAST_MINUTE}");
    db.fetch_one(Idempotency::Idempotent, || {
        sqlx::query(sqlx::AssertSqlSafe(text.clone()))
            .bind(LOOKBACK_SECONDS)
            .bind(READ_AT_MOST)
            .try_map(|row: PgRow| LastMinute::from_row(&row))
    })
    .await
}
