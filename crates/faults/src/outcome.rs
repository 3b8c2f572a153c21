//! The result of a scenario, and the limits that it must keep.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use hallpass_platform::Error;
use serde_json::{Map, Value};

use crate::ledger::Tally;
use crate::samples::{Sample, recovery};

/// The longest that a response may take: the deadline of a request, and a second for a busy machine.
const LONGEST: Duration = Duration::from_secs(9);
/// The longest until every kind of request succeeds again.
const RECOVERY: Duration = Duration::from_secs(10);

/// The result of a scenario.
#[derive(Debug, Default)]
pub(crate) struct Outcome {
    /// What was done, with its figures.
    pub(crate) injected: String,
    pub(crate) samples: Vec<Sample>,
    /// `None` if nothing had to recover.
    pub(crate) recovery: Option<Duration>,
    /// `None` if the scenario has no ledger.
    pub(crate) tally: Option<Tally>,
    /// Further figures.
    pub(crate) figures: Map<String, Value>,
    /// When something was broken and fixed, for the chart.
    pub(crate) marks: Vec<(Instant, &'static str)>,
    /// Violated limits.
    pub(crate) problems: Vec<String>,
}

impl Outcome {
    /// A scenario with these requests. Checks what holds in all of them: no status of 500 or more but 503 with
    /// Retry-After, nobody signed out or throttled, no request without a response, and none that takes too long.
    /// `expected` are further statuses that this scenario provokes.
    pub(crate) fn of(injected: String, samples: Vec<Sample>, expected: &[u16]) -> Self {
        let mut outcome = Self {
            injected,
            ..Self::default()
        };
        let mut bad: BTreeMap<String, u64> = BTreeMap::new();
        for sample in &samples {
            let is_fine = sample.is_success()
                || expected.contains(&sample.status)
                || (sample.status == 503 && sample.has_retry_after);
            if !is_fine {
                *bad.entry(format!("{} {}", sample.kind, sample.answer()))
                    .or_default() += 1;
            }
        }
        for (what, count) in bad {
            outcome.problems.push(format!("{count} × {what}"));
        }
        let longest = longest(&samples);
        outcome.require(longest <= LONGEST, || {
            format!("a request took {:.1} s", longest.as_secs_f64())
        });
        outcome.require(samples.iter().any(Sample::is_success), || {
            "no request succeeded".to_owned()
        });
        outcome.samples = samples;
        outcome
    }

    /// A scenario that could not be carried out.
    pub(crate) fn failed(error: &Error) -> Self {
        Self {
            problems: vec![format!("not carried out: {error}")],
            ..Self::default()
        }
    }

    /// Adds a violated limit unless the condition holds.
    pub(crate) fn require(&mut self, holds: bool, problem: impl FnOnce() -> String) {
        if !holds {
            self.problems.push(problem());
        }
    }

    /// Measures the time until every kind of request has succeeded again. The latest of several counts.
    pub(crate) fn recovers_from(&mut self, back: Instant) {
        match recovery(&self.samples, back) {
            Some(took) => {
                self.recovery = Some(self.recovery.map_or(took, |other| other.max(took)));
                self.require(took <= RECOVERY, || {
                    format!("recovery took {:.1} s", took.as_secs_f64())
                });
            }
            None => self
                .problems
                .push("a kind of request did not succeed again".to_owned()),
        }
    }

    /// Checks the ledgers.
    pub(crate) fn balance(&mut self, tally: Tally) {
        self.require(tally.acknowledged > 0, || {
            "no change was acknowledged".to_owned()
        });
        self.require(tally.lost == 0, || {
            format!("{} acknowledged changes are lost", tally.lost)
        });
        self.require(tally.twice == 0, || {
            format!("{} changes were applied twice", tally.twice)
        });
        self.tally = Some(tally);
    }

    pub(crate) fn figure(&mut self, name: &str, value: impl Into<Value>) {
        self.figures.insert(name.to_owned(), value.into());
    }

    /// Requests of this kind: how many, and how many succeeded.
    pub(crate) fn successes(&self, kind: &str) -> (usize, usize) {
        let of_kind = self.samples.iter().filter(|sample| sample.kind == kind);
        let succeeded = of_kind.clone().filter(|sample| sample.is_success());
        (of_kind.count(), succeeded.count())
    }

    pub(crate) fn is_passed(&self) -> bool {
        self.problems.is_empty()
    }

    pub(crate) fn longest(&self) -> Duration {
        longest(&self.samples)
    }

    /// Responses other than 2xx, by status and code.
    pub(crate) fn others(&self) -> BTreeMap<String, u64> {
        let mut others = BTreeMap::new();
        for sample in self.samples.iter().filter(|sample| !sample.is_success()) {
            *others.entry(sample.answer()).or_default() += 1;
        }
        others
    }
}

fn longest(samples: &[Sample]) -> Duration {
    let times = samples.iter().map(|sample| sample.took);
    times.max().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sample(status: u16, has_retry_after: bool, seconds: u64) -> Sample {
        Sample {
            kind: "me",
            begun: Instant::now(),
            took: Duration::from_secs(seconds),
            status,
            code: String::new(),
            has_retry_after,
        }
    }

    #[test]
    fn what_a_client_must_not_see_is_a_problem() {
        let passes = |status, has_retry_after, seconds| {
            let samples = vec![
                sample(200, false, 0),
                sample(status, has_retry_after, seconds),
            ];
            Outcome::of(String::new(), samples, &[408]).is_passed()
        };
        assert!(passes(200, false, 0) && passes(503, true, 8) && passes(408, false, 5));
        for (status, has_retry_after, seconds) in [
            (503, false, 0),
            (502, true, 0),
            (401, false, 0),
            (429, true, 0),
            (0, false, 0),
            (200, false, 10),
        ] {
            assert!(!passes(status, has_retry_after, seconds), "{status}");
        }
        let only_refused = vec![sample(503, true, 0)];
        assert!(!Outcome::of(String::new(), only_refused, &[]).is_passed());
        assert!(!Outcome::of(String::new(), Vec::new(), &[]).is_passed());
    }

    #[test]
    fn a_lost_or_doubled_change_is_a_problem() {
        let passes = |acknowledged, lost, twice| {
            let mut outcome = Outcome::of(String::new(), vec![sample(200, false, 0)], &[]);
            outcome.balance(Tally {
                acknowledged,
                lost,
                twice,
                ..Tally::default()
            });
            outcome.is_passed()
        };
        assert!(passes(1, 0, 0) && !passes(1, 1, 0) && !passes(1, 0, 1) && !passes(0, 0, 0));
    }
}
