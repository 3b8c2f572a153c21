//! Sends each alert once, although several instances may notice the exceeded threshold: the database decides which
//! instance sends it.

use sqlx::query_file;
use time::{Duration, OffsetDateTime};

use crate::db::{Db, Idempotency};
use crate::monitoring::ExceededThreshold;
use crate::{AppContext, Result};

/// Time until the same alert is sent again: a day, minus what the platform's scheduler may be early.
pub const ALERT_AGAIN: Duration = Duration::hours(22);
/// Time after which a claim whose outcome was not recorded may be taken by another instance.
const CLAIM: Duration = Duration::minutes(1);

/// Selects the exceeded thresholds that the caller has to send an alert for. Deletes the records of thresholds that are
/// no longer exceeded. One statement; if two callers run it at the same time, each threshold is given to one of them.
///
/// # Errors
/// Database errors only.
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

/// Records whether the alert for the claimed thresholds was delivered. `failure` is the reason if it was not.
///
/// # Errors
/// Database errors only.
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

/// An alert that was not delivered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AlertFailure {
    /// Time of the last failure.
    pub failed_at: OffsetDateTime,
    /// Why it was not delivered. Contains no URL.
    pub reason: String,
    /// Kinds of [`ExceededThreshold`] whose alerts were not delivered.
    pub kinds: Vec<String>,
}

/// The last alert that was not delivered, if none has been delivered since.
///
/// # Errors
/// Database errors only.
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

/// Deletes the record of failed alerts, because a test message has been delivered.
///
/// # Errors
/// Database errors only.
pub async fn forget_failure(app: &AppContext) -> Result<()> {
    app.db
        .fetch_all(Idempotency::Idempotent, || {
            query_file!("src/monitoring/alerts/sql/forget_failure.sql").map(|_| ())
        })
        .await?;
    Ok(())
}
