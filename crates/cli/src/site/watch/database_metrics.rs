//! Metrics that are read from the database: connections and failed sign-ins.

use hallpass_core::db::Db;
use hallpass_core::monitoring::{LastMinute, last_minute};

use crate::db::connections;
use crate::failure::Failure;

/// Metrics of the database for one sample.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct DatabaseMetrics {
    /// Used and maximum connections for the limit that is closest to being reached.
    pub(super) connections: (i64, i64),
    pub(super) failed_sign_ins: LastMinute,
}

pub(super) async fn read(db: &Db) -> Result<DatabaseMetrics, Failure> {
    let limits = connections::limits(db).await?;
    let nearest = limits
        .iter()
        .max_by_key(|limit| limit.percent)
        .map_or((0, 0), |limit| (limit.used, limit.at_most));
    Ok(DatabaseMetrics {
        connections: nearest,
        failed_sign_ins: last_minute(db).await?,
    })
}
