//! Telling of a breach once, whoever notices it: the database decides who tells.

use sqlx::query_file;
use time::Duration;

use super::check::Breach;
use crate::db::Effect;
use crate::{Hallpass, Result};

/// The same breach is told of again after so long: a day, less what the platform's timer may be early.
pub const ALERT_AGAIN: Duration = Duration::hours(22);
/// Whoever wanted to tell, and has not said within so long that it is done, is given up.
const CLAIM: Duration = Duration::minutes(1);

/// Those breaches that the caller is to tell of now. Forgets those that are over. One statement; of two callers at
/// once, each breach goes to one.
///
/// # Errors
/// Only the database's.
pub async fn claim(hallpass: &Hallpass, breaches: &[Breach]) -> Result<Vec<Breach>> {
    let kinds: Vec<String> = breaches
        .iter()
        .map(|breach| breach.kind.to_owned())
        .collect();
    let looked_at = Breach::KINDS.map(str::to_owned);
    let claimed = hallpass.db.fetch_all(Effect::Once, || {
        query_file!(
            "src/daily/sql/claim.sql",
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

/// Says whether somebody was told of what was claimed.
///
/// # Errors
/// Only the database's.
pub async fn settle(hallpass: &Hallpass, claimed: &[Breach], told: bool) -> Result<()> {
    let kinds: Vec<String> = claimed
        .iter()
        .map(|breach| breach.kind.to_owned())
        .collect();
    hallpass
        .db
        .fetch_all(Effect::Repeatable, || {
            query_file!("src/daily/sql/settle.sql", &kinds, told).map(|_| ())
        })
        .await?;
    Ok(())
}
