//! Numbers of successful and failed sign-ins in intervals of equal length.

use serde::Serialize;
use sqlx::query_file;
use time::OffsetDateTime;
use utoipa::ToSchema;

use crate::authorization::{Actor, authorized};
use crate::db::Idempotency;
use crate::tokens::access::Claims;
use crate::{AppContext, Error, Result};

/// Maximum number of sign-ins of a kind that are counted in an interval. It bounds the cost of the query,
/// however many sign-ins there were.
pub const COUNTED_MAX: i64 = 20_000;

/// Length of the period, which ends now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Period {
    /// 24 hours in intervals of 15 minutes.
    Day,
    /// 7 days in intervals of one hour.
    Week,
    /// 30 days in intervals of 6 hours.
    Month,
}

/// Number of sign-ins in one interval.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = SignInInterval)]
pub struct Bucket {
    /// Start of the interval.
    #[serde(with = "crate::timestamp")]
    pub at: OffsetDateTime,
    /// Successful sign-ins in this interval; capped at 20,000.
    pub succeeded: i64,
    /// Failed sign-ins in this interval (wrong password or unknown account); capped at 20,000.
    pub failed: i64,
}

/// Number of sign-ins in each interval of a period, intervals without sign-ins included.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = SignInStatistics)]
#[serde(rename_all = "camelCase")]
pub struct SignIns {
    /// Start of the first interval.
    #[serde(with = "crate::timestamp")]
    pub from: OffsetDateTime,
    /// End of the last interval, which contains the current time. Intervals start at multiples of their length.
    #[serde(with = "crate::timestamp")]
    pub to: OffsetDateTime,
    /// Length of an interval in seconds.
    pub bucket_seconds: i32,
    /// The intervals, oldest first.
    pub buckets: Vec<Bucket>,
}

impl Period {
    /// Length of the period in hours.
    #[must_use]
    pub const fn hours(self) -> i32 {
        match self {
            Self::Day => 24,
            Self::Week => 168,
            Self::Month => 720,
        }
    }

    const fn bucket_seconds(self) -> i32 {
        match self {
            Self::Day => 900,
            Self::Week => 3_600,
            Self::Month => 21_600,
        }
    }
}

/// Counts the sign-ins up to now, by the database's clock. One statement; needs `audit:read`. Attempts that the
/// throttle refuses are not recorded and therefore not counted.
///
/// # Errors
/// [`Error::Unauthenticated`], [`Error::Forbidden`].
pub async fn sign_ins(app: &AppContext, claims: &Claims, period: Period) -> Result<SignIns> {
    let bucket_seconds = period.bucket_seconds();
    let count = period.hours() * 3_600 / bucket_seconds;
    let rows = authorized(
        &app.db,
        Actor::Session(claims),
        Idempotency::Idempotent,
        |caller| {
            query_file!(
                "src/audit/sql/sign_ins.sql",
                caller,
                bucket_seconds,
                count,
                COUNTED_MAX,
            )
        },
    );
    let buckets: Vec<_> = rows
        .await?
        .into_iter()
        .map(|row| Bucket {
            at: row.at,
            succeeded: row.succeeded,
            failed: row.failed,
        })
        .collect();
    let (Some(first), Some(last)) = (buckets.first(), buckets.last()) else {
        return Err(Error::internal("a period without buckets"));
    };
    Ok(SignIns {
        from: first.at,
        to: last.at + time::Duration::seconds(bucket_seconds.into()),
        bucket_seconds,
        buckets,
    })
}
