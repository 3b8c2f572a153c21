//! What only the database tells: connections, and sign-ins that failed.

use hallpass_core::db::{Db, Effect};
use sqlx::FromRow;
use sqlx::postgres::PgRow;
use time::Duration;

use crate::clock;
use crate::db::connections;
use crate::failure::Failure;

/// $1 the first id to look at: ids are of version 7, whose order is that of time.
const FAILED: &str = "
    select count(*) as failed from audit_events
    where id >= $1 and event = 'login_failed' and occurred_at >= clock_timestamp() - interval '1 minute'";

/// What one look into the database saw.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Figures {
    /// Of the limit that is nearest, used and at most.
    pub(super) connections: (i64, i64),
    /// Within the minute before.
    pub(super) failed_sign_ins: i64,
}

pub(super) async fn figures(db: &Db) -> Result<Figures, Failure> {
    let limits = connections::limits(db).await?;
    let nearest = limits
        .iter()
        .max_by_key(|limit| limit.percent)
        .map_or((0, 0), |limit| (limit.used, limit.at_most));
    let first_id = hallpass_core::ids::since(clock::now() - Duration::minutes(1));
    let failed = db.fetch_one(Effect::Repeatable, || {
        sqlx::query(FAILED)
            .bind(first_id)
            .try_map(|row: PgRow| <(i64,)>::from_row(&row))
    });
    let (failed_sign_ins,) = failed.await?;
    Ok(Figures {
        connections: nearest,
        failed_sign_ins,
    })
}
