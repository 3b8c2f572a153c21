//! Sign-ins that failed: how many within a minute, and how many at one account from one network within an hour.
//!
//! What the throttle refuses leaves no event, or whoever guesses would fill the table. It lets ten attempts through
//! in the first minute at one account from one network, and fewer in every later one: by the minute, guessing there
//! could never be told from forgetfulness.

use sqlx::FromRow;
use sqlx::postgres::PgRow;

use super::thresholds::{FAILED_SIGN_INS_A_MINUTE, FAILED_SIGN_INS_AT_ONE_ACCOUNT_AN_HOUR};
use crate::Result;
use crate::db::{Db, Idempotency};

/// The statement; others make it a part of theirs. `$1` and `$2` are its own.
pub(crate) const FAILED_SIGN_INS: &str = include_str!("sql/failed_sign_ins.sql");
/// Up to so many failures are read, 14 a minute of a day: where there are more, a minute is over its threshold.
pub(crate) const READ_AT_MOST: i64 = 20_000;

/// An hour before the minute.
const LOOKBACK_SECONDS: f64 = 3_660.0;
const LAST_MINUTE: &str = "
    select count(*) as all, coalesce(max(f.at_one_account), 0) as at_one_account
    from failed f
    where f.at >= clock_timestamp() - interval '1 minute'";

/// What failed within the minute before.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, FromRow)]
pub struct LastMinute {
    /// At all accounts together, and at addresses that nobody has.
    pub all: i64,
    /// The most at one account from one network within the hour before one of them; 0 without any.
    pub at_one_account: i64,
}

impl LastMinute {
    /// Whether a threshold is passed.
    #[must_use]
    pub fn is_exceeded(self) -> bool {
        self.all > FAILED_SIGN_INS_A_MINUTE || self.is_one_account_guessed()
    }

    /// Whether the one of a single account is.
    #[must_use]
    pub fn is_one_account_guessed(self) -> bool {
        self.at_one_account > FAILED_SIGN_INS_AT_ONE_ACCOUNT_AN_HOUR
    }
}

/// Looks at the minute before. One statement.
///
/// # Errors
/// Only the database's.
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
