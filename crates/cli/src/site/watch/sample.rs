//! One sample: the responses to two requests, and the metrics that are read from the database.

use hallpass_core::db::Db;

use super::super::client::{Answer, Site};
use super::super::{HEALTH, LIST};
use super::database_metrics::{self, DatabaseMetrics};
use crate::outgoing::fault::Fault;

/// One sample.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Sample {
    /// Status in the response of `/health`, or why there was no response.
    pub(super) health: String,
    /// Response time of each request that was answered.
    pub(super) milliseconds: Vec<u64>,
    pub(super) requests: usize,
    /// Number of requests without a response or with a 5xx response.
    pub(super) failed: usize,
    /// Used and total memory of the responding instance, in tenths of a mebibyte.
    pub(super) memory: Option<(i64, i64)>,
    /// `None` if the database is not sampled or not available.
    pub(super) database: Option<DatabaseMetrics>,
    /// Why the database was not available.
    pub(super) database_is_away: Option<String>,
}

pub(super) async fn take(site: &Site, db: Option<&Db>) -> Sample {
    let mut sample = Sample::default();
    let health = site.get(HEALTH).await;
    sample.count(&health);
    match &health {
        Ok(answer) => {
            let status = answer.text("/status");
            sample.health = if status.is_empty() {
                answer.outcome()
            } else {
                status.to_owned()
            };
            sample.memory = memory(answer);
        }
        Err(fault) => sample.health = fault.to_string(),
    }
    sample.count(&site.get(LIST).await);
    if let Some(db) = db {
        match database_metrics::read(db).await {
            Ok(database) => sample.database = Some(database),
            Err(failure) => sample.database_is_away = Some(failure.message()),
        }
    }
    sample
}

impl Sample {
    /// Whether the database was queried, successfully or not.
    pub(super) const fn has_queried_database(&self) -> bool {
        self.database.is_some() || self.database_is_away.is_some()
    }

    /// Counts a request. A 4xx response is a success: without a token, the list of users is refused.
    fn count(&mut self, answer: &Result<Answer, Fault>) {
        self.requests += 1;
        match answer {
            Ok(answer) => {
                self.milliseconds.push(answer.milliseconds);
                self.failed += usize::from(answer.status >= 500);
            }
            Err(_) => self.failed += 1,
        }
    }
}

fn memory(health: &Answer) -> Option<(i64, i64)> {
    #[expect(
        clippy::cast_possible_truncation,
        reason = "no machine has so much memory"
    )]
    let tenths = |name: &str| {
        let mebibytes = health.body["services"]["memory"][name].as_f64()?;
        Some((mebibytes * 10.0).round() as i64)
    };
    let (used, total) = (tenths("used")?, tenths("total")?);
    // Both are 0 if the system has no /proc.
    (total > 0).then_some((used, total))
}
