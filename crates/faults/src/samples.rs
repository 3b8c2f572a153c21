//! What clients have measured.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

/// One request.
#[derive(Debug, Clone)]
pub(crate) struct Sample {
    pub(crate) kind: &'static str,
    pub(crate) begun: Instant,
    pub(crate) took: Duration,
    /// 0 if there was no complete response.
    pub(crate) status: u16,
    /// Code of the problem; empty if there is none.
    pub(crate) code: String,
    pub(crate) has_retry_after: bool,
}

impl Sample {
    pub(crate) fn is_success(&self) -> bool {
        (200..300).contains(&self.status)
    }

    pub(crate) fn ended(&self) -> Instant {
        self.begun + self.took
    }

    /// Status and code, as the figures show them.
    pub(crate) fn answer(&self) -> String {
        match (self.status, self.code.as_str()) {
            (0, _) => "no response".to_owned(),
            (status, "") => status.to_string(),
            (status, code) => format!("{status} {code}"),
        }
    }
}

/// All requests of a scenario. Clones share them.
#[derive(Debug, Clone, Default)]
pub(crate) struct Samples(Arc<Mutex<Vec<Sample>>>);

impl Samples {
    pub(crate) fn add(&self, sample: Sample) {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .push(sample);
    }

    /// Removes and returns what was recorded so far.
    pub(crate) fn take(&self) -> Vec<Sample> {
        std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// Time from `back` until every kind of request has succeeded that was sent since; `None` if one has not.
pub(crate) fn recovery(samples: &[Sample], back: Instant) -> Option<Duration> {
    let mut first: BTreeMap<&str, Option<Duration>> = BTreeMap::new();
    // A request that waits since before `back` must be followed by one that succeeds.
    for sample in samples.iter().filter(|sample| sample.ended() >= back) {
        let slot = first.entry(sample.kind).or_default();
        if sample.is_success() && sample.begun >= back {
            let after = sample.ended() - back;
            *slot = Some(slot.map_or(after, |earlier| earlier.min(after)));
        }
    }
    let all: Option<Vec<_>> = first.into_values().collect();
    all?.into_iter().max()
}

/// Value below which this part of all durations is.
pub(crate) fn quantile(samples: &[Sample], part: f64) -> Duration {
    let mut times: Vec<_> = samples.iter().map(|sample| sample.took).collect();
    times.sort_unstable();
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_precision_loss,
        clippy::cast_sign_loss,
        reason = "an index into a list that fits into memory"
    )]
    let index = (times.len() as f64 * part) as usize;
    times
        .get(index.min(times.len().saturating_sub(1)))
        .copied()
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn recovery_ends_when_the_last_kind_of_request_succeeds() {
        let back = Instant::now();
        let sample = |kind, after: u64, status| Sample {
            kind,
            begun: back + Duration::from_millis(after),
            took: Duration::ZERO,
            status,
            code: String::new(),
            has_retry_after: false,
        };
        let mut samples = vec![
            sample("a", 10, 200),
            sample("b", 20, 503),
            sample("a", 5, 503),
        ];
        assert_eq!(recovery(&samples, back), None);
        samples.push(sample("b", 30, 200));
        assert_eq!(recovery(&samples, back), Some(Duration::from_millis(30)));
    }
}
