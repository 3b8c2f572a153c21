//! Metrics and their thresholds, for a single sample, for consecutive samples and for the whole run.

use hallpass_core::monitoring::thresholds::{
    CONNECTIONS_PERCENT, ERRORS_PERCENT, FAILED_SIGN_INS_A_MINUTE, MEMORY_PERCENT, RESPONSE_TIME,
    exceeds,
};

use super::sample::Sample;

/// Number of consecutive samples over a threshold that end the run.
pub(super) const LASTS: usize = 3;

/// A metric with a threshold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Metric {
    ResponseTime,
    Errors,
    Connections,
    Memory,
    FailedSignIns,
    DatabaseAway,
}

impl Metric {
    pub(super) const ALL: [Self; 6] = [
        Self::ResponseTime,
        Self::Errors,
        Self::Connections,
        Self::Memory,
        Self::FailedSignIns,
        Self::DatabaseAway,
    ];

    /// Name in JSON.
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::ResponseTime => "responseTime",
            Self::Errors => "errors",
            Self::Connections => "connections",
            Self::Memory => "memory",
            Self::FailedSignIns => "failedSignIns",
            Self::DatabaseAway => "databaseAway",
        }
    }

    /// Name for people.
    pub(super) const fn title(self) -> &'static str {
        match self {
            Self::ResponseTime => "response time",
            Self::Errors => "failed requests",
            Self::Connections => "connections",
            Self::Memory => "memory",
            Self::FailedSignIns => "failed sign-ins",
            Self::DatabaseAway => "database unavailable",
        }
    }

    pub(super) const fn unit(self) -> &'static str {
        match self {
            Self::ResponseTime => "ms",
            Self::Errors | Self::Connections | Self::Memory | Self::DatabaseAway => "%",
            Self::FailedSignIns => "a minute",
        }
    }

    /// Suffix of a value for people: the unit.
    pub(super) const fn suffix(self) -> &'static str {
        match self {
            Self::ResponseTime => " ms",
            Self::Errors | Self::Connections | Self::Memory | Self::DatabaseAway => " %",
            Self::FailedSignIns => "/min",
        }
    }

    /// The largest value that does not exceed the threshold.
    pub(super) fn threshold(self) -> i64 {
        match self {
            Self::ResponseTime => i64::try_from(RESPONSE_TIME.as_millis()).unwrap_or(i64::MAX),
            Self::Errors => ERRORS_PERCENT,
            Self::Connections => CONNECTIONS_PERCENT,
            Self::Memory => MEMORY_PERCENT,
            Self::FailedSignIns => FAILED_SIGN_INS_A_MINUTE,
            Self::DatabaseAway => 0,
        }
    }

    /// Value of a sample in the unit of the metric. The response time is that of the slower request.
    pub(super) fn value(self, sample: &Sample) -> Option<f64> {
        let share = |(part, whole): (i64, i64)| (whole > 0).then(|| percent(part, whole));
        match self {
            Self::ResponseTime => sample.milliseconds.iter().max().map(|time| float(*time)),
            Self::Errors => Some(percent(count(sample.failed), count(sample.requests))),
            Self::Connections => sample
                .database
                .and_then(|database| share(database.connections)),
            Self::Memory => sample.memory.and_then(share),
            Self::FailedSignIns => sample
                .database
                .map(|database| whole(database.failed_sign_ins.all)),
            Self::DatabaseAway => sample.has_queried_database().then(|| {
                let is_away = sample.database_is_away.is_some();
                percent(i64::from(is_away), 1)
            }),
        }
    }

    /// Whether the sample exceeds the threshold.
    pub(super) fn is_over(self, sample: &Sample) -> bool {
        let over = |(part, whole)| exceeds(part, whole, self.threshold());
        match self {
            Self::ResponseTime => is_slow(sample.milliseconds.iter().copied().max()),
            Self::Errors => over((count(sample.failed), count(sample.requests))),
            Self::Connections => sample
                .database
                .is_some_and(|database| over(database.connections)),
            Self::Memory => sample.memory.is_some_and(over),
            Self::FailedSignIns => sample
                .database
                .is_some_and(|database| database.failed_sign_ins.is_exceeded()),
            Self::DatabaseAway => sample.database_is_away.is_some(),
        }
    }

    /// Whether each of the last [`LASTS`] samples exceeds the threshold.
    pub(super) fn lasts(self, samples: &[Sample]) -> bool {
        samples.len() >= LASTS
            && samples[samples.len() - LASTS..]
                .iter()
                .all(|sample| self.is_over(sample))
    }

    /// Whether the run as a whole exceeds the threshold. One slow or failed request does not exceed it, nor does a
    /// database that is unavailable for one or two samples. For the other metrics, a single peak exceeds it.
    pub(super) fn is_breached(self, samples: &[Sample]) -> bool {
        if self.lasts(samples) {
            return true;
        }
        match self {
            Self::ResponseTime => is_slow(percentile_95(samples)),
            Self::Errors => {
                let failed = samples.iter().map(|sample| sample.failed).sum();
                let requests = samples.iter().map(|sample| sample.requests).sum();
                exceeds(count(failed), count(requests), self.threshold())
            }
            Self::Connections | Self::Memory | Self::FailedSignIns => {
                samples.iter().any(|sample| self.is_over(sample))
            }
            // A failed sample may be a network problem, unless it is the last sample.
            Self::DatabaseAway => samples.last().is_some_and(|sample| self.is_over(sample)),
        }
    }
}

fn is_slow(milliseconds: Option<u64>) -> bool {
    milliseconds.is_some_and(|time| u128::from(time) > RESPONSE_TIME.as_millis())
}

/// 95th percentile of the response times in milliseconds (nearest rank).
pub(super) fn percentile_95(samples: &[Sample]) -> Option<u64> {
    let mut times: Vec<u64> = samples
        .iter()
        .flat_map(|sample| sample.milliseconds.iter().copied())
        .collect();
    times.sort_unstable();
    let rank = (times.len() * 95).div_ceil(100);
    times.get(rank.checked_sub(1)?).copied()
}

fn count(number: usize) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

fn percent(part: i64, all: i64) -> f64 {
    whole(part) * 100.0 / whole(all)
}

#[expect(
    clippy::cast_precision_loss,
    reason = "displayed with one decimal place"
)]
fn whole(number: i64) -> f64 {
    number as f64
}

#[expect(
    clippy::cast_precision_loss,
    reason = "a response time is far below the limit"
)]
fn float(number: u64) -> f64 {
    number as f64
}

#[cfg(test)]
mod tests {
    use hallpass_core::monitoring::LastMinute;

    use super::super::database_metrics::DatabaseMetrics;
    use super::*;

    /// A sample in which every metric is at its threshold and does not exceed it.
    fn at_the_threshold() -> Sample {
        Sample {
            health: "healthy".to_owned(),
            milliseconds: vec![10, 2_000],
            requests: 2,
            failed: 0,
            memory: Some((90, 100)),
            database: Some(DatabaseMetrics {
                connections: (80, 100),
                failed_sign_ins: LastMinute {
                    all: 10,
                    at_one_account: 10,
                },
            }),
            database_is_away: None,
        }
    }

    fn over(metric: Metric) -> Sample {
        let mut sample = at_the_threshold();
        let mut database = sample.database.unwrap();
        match metric {
            Metric::ResponseTime => sample.milliseconds = vec![10, 2_001],
            Metric::Errors => sample.failed = 1,
            Metric::Connections => database.connections = (81, 100),
            Metric::Memory => sample.memory = Some((91, 100)),
            Metric::FailedSignIns => database.failed_sign_ins.all = 11,
            Metric::DatabaseAway => {
                sample.database_is_away = Some("nothing answers there".to_owned());
                sample.database = None;
                return sample;
            }
        }
        sample.database = Some(database);
        sample
    }

    #[test]
    fn a_value_at_the_threshold_does_not_exceed_it() {
        let reached = [at_the_threshold()];
        for metric in Metric::ALL {
            assert!(!metric.is_breached(&reached), "{metric:?}");
            let crossed = [over(metric)];
            for other in Metric::ALL {
                assert_eq!(other.is_breached(&crossed), other == metric, "{other:?}");
            }
        }
    }

    #[test]
    fn guessing_at_one_account_exceeds_the_threshold_of_failed_sign_ins() {
        let mut sample = at_the_threshold();
        sample.database = sample.database.map(|mut database| {
            database.failed_sign_ins = LastMinute {
                all: 1,
                at_one_account: 11,
            };
            database
        });
        assert!(Metric::FailedSignIns.is_breached(&[sample]));
    }

    #[test]
    fn three_consecutive_samples_end_the_run() {
        for metric in Metric::ALL {
            let mut samples = vec![at_the_threshold(), over(metric), over(metric)];
            assert!(!metric.lasts(&samples), "{metric:?}");
            samples.push(over(metric));
            assert!(metric.lasts(&samples), "{metric:?}");
            samples.push(at_the_threshold());
            assert!(!metric.lasts(&samples), "{metric:?}");
        }
    }

    #[test]
    fn a_peak_counts_unless_it_is_one_request_of_many() {
        for metric in Metric::ALL {
            let mut samples = vec![at_the_threshold(); 60];
            samples[7] = over(metric);
            let is_one_of_many = matches!(
                metric,
                Metric::ResponseTime | Metric::Errors | Metric::DatabaseAway
            );
            assert_eq!(metric.is_breached(&samples), !is_one_of_many, "{metric:?}");
        }
        // The threshold is 1 %: one of 100 requests does not exceed it, two do.
        let mut samples = vec![at_the_threshold(); 50];
        samples[3].failed = 1;
        assert!(!Metric::Errors.is_breached(&samples));
        samples[9].failed = 1;
        assert!(Metric::Errors.is_breached(&samples));
    }

    #[test]
    fn a_database_that_is_unavailable_at_the_end_counts() {
        let away = over(Metric::DatabaseAway);
        let mut samples = vec![at_the_threshold(), away.clone(), away];
        assert!(Metric::DatabaseAway.is_breached(&samples));
        samples.push(at_the_threshold());
        assert!(!Metric::DatabaseAway.is_breached(&samples));
    }

    #[test]
    fn a_missing_value_does_not_exceed_a_threshold() {
        let blind = [Sample {
            milliseconds: vec![1, 1],
            requests: 2,
            ..Sample::default()
        }];
        assert!(Metric::ALL.iter().all(|metric| !metric.is_breached(&blind)));
        assert!(Metric::DatabaseAway.value(&blind[0]).is_none());
        assert_eq!(percentile_95(&[]), None);
    }
}
