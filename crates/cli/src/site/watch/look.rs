//! One sample: two requests, and the metrics of the database.

use hallpass_core::db::Db;

use super::super::client::{Answer, Site};
use super::super::{HEALTH, LIST};
use super::figures::{Figures, figures};
use crate::outgoing::fault::Fault;

/// One sample.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Sample {
    /// Reported health, or why there was no response.
    pub(super) health: String,
    /// Response time of each request with a response.
    pub(super) milliseconds: Vec<u64>,
    pub(super) requests: usize,
    /// Requests without a response, or with a 5xx.
    pub(super) failed: usize,
    /// Used and total memory of the responding instance, in tenths of a mebibyte.
    pub(super) memory: Option<(i64, i64)>,
    /// None if the database is not sampled or not available.
    pub(super) figures: Option<Figures>,
    /// Why the database was not available.
    pub(super) database_is_away: Option<String>,
}

pub(super) async fn look(site: &Site, db: Option<&Db>) -> Sample {
    let mut look = Sample::default();
    let health = site.get(HEALTH).await;
    look.count(&health);
    match &health {
        Ok(answer) => {
            let status = answer.text("/status");
            look.health = if status.is_empty() {
                answer.outcome()
            } else {
                status.to_owned()
            };
            look.memory = memory(answer);
        }
        Err(fault) => look.health = fault.to_string(),
    }
    look.count(&site.get(LIST).await);
    if let Some(db) = db {
        match figures(db).await {
            Ok(figures) => look.figures = Some(figures),
            Err(failure) => look.database_is_away = Some(failure.message()),
        }
    }
    look
}

impl Sample {
    /// Whether the database was queried, successfully or not.
    pub(super) const fn looked_into_database(&self) -> bool {
        self.figures.is_some() || self.database_is_away.is_some()
    }

    /// A 4xx is a success: without a token, the list is refused.
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
        reason = "a memory of this size does not exist"
    )]
    let tenths = |name: &str| {
        let mebibytes = health.body["services"]["memory"][name].as_f64()?;
        Some((mebibytes * 10.0).round() as i64)
    };
    let (used, total) = (tenths("used")?, tenths("total")?);
    // Without /proc, both are 0.
    (total > 0).then_some((used, total))
}
