//! Telling of a breach once, whoever notices it: the database decides who tells.

use sqlx::query_file;
use time::{Duration, OffsetDateTime};

use crate::db::{Db, Idempotency};
use crate::monitoring::ExceededThreshold;
use crate::{AppContext, Result};

/// The same breach is told of again after so long: a day, less what the platform's timer may be early.
pub const ALERT_AGAIN: Duration = Duration::hours(22);
/// Whoever wanted to tell, and has not said within so long that it is done, is given up.
const CLAIM: Duration = Duration::minutes(1);

/// Those breaches that the caller is to tell of now. Forgets those that are over. One statement; of two callers at
/// once, each breach goes to one.
///
/// # Errors
/// Only the database's.
pub async fn claim(
    app: &AppContext,
    breaches: &[ExceededThreshold],
) -> Result<Vec<ExceededThreshold>> {
    let kinds: Vec<String> = breaches
        .iter()
        .map(|breach| breach.kind.to_owned())
        .collect();
    let looked_at = ExceededThreshold::KINDS.map(str::to_owned);
    let claimed = app.db.fetch_all(Idempotency::NotIdempotent, || {
        query_file!(
            "src/monitoring/alerts/sql/claim.sql",
            &kinds,
            &looked_at,
            ALERT_AGAIN.as_seconds_f64(),
            CLAIM.as_seconds_f64(),
        )
        .map(|row| row.kind)
    });
    let claimed = claimed.await?;
    let mine = breaches
        .iter()
        .filter(|breach| claimed.iter().any(|kind| kind == breach.kind));
    Ok(mine.cloned().collect())
}

/// Records whether the alert about what was claimed was delivered, or why not.
///
/// # Errors
/// Only the database's.
pub async fn settle(
    app: &AppContext,
    claimed: &[ExceededThreshold],
    failure: Option<&str>,
) -> Result<()> {
    let kinds: Vec<String> = claimed
        .iter()
        .map(|breach| breach.kind.to_owned())
        .collect();
    app.db
        .fetch_all(Idempotency::Idempotent, || {
            query_file!("src/monitoring/alerts/sql/settle.sql", &kinds, failure).map(|_| ())
        })
        .await?;
    Ok(())
}

/// Why alerts do not arrive.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AlertFailure {
    /// When the last one was not delivered.
    pub failed_at: OffsetDateTime,
    /// Why. Names no address.
    pub reason: String,
    /// The kinds of [`ExceededThreshold`] whose alert was not delivered.
    pub kinds: Vec<String>,
}

/// The last alert that was not delivered, if none has been delivered since.
///
/// # Errors
/// Only the database's.
pub async fn last_failure(db: &Db) -> Result<Option<AlertFailure>> {
    let found = db.fetch_one(Idempotency::Idempotent, || {
        query_file!("src/monitoring/alerts/sql/last_failure.sql")
    });
    let row = found.await?;
    Ok(row
        .failed_at
        .zip(row.failure)
        .map(|(failed_at, reason)| AlertFailure {
            failed_at,
            reason,
            kinds: row.kinds.expect("an aggregate over at least one row"),
        }))
}

/// Forgets that alerts were not delivered: a test message was.
///
/// # Errors
/// Only the database's.
pub async fn forget_failure(app: &AppContext) -> Result<()> {
    app.db
        .fetch_all(Idempotency::Idempotent, || {
            query_file!("src/monitoring/alerts/sql/forget_failure.sql").map(|_| ())
        })
        .await?;
    Ok(())
}
