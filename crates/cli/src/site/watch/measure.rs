//! Metrics: when a sample, consecutive samples, or the whole run exceed a threshold.

use hallpass_core::monitoring::thresholds::{
    CONNECTIONS_PERCENT, ERRORS_PERCENT, FAILED_SIGN_INS_A_MINUTE, MEMORY_PERCENT, RESPONSE_TIME,
    exceeds,
};

use super::look::Sample;

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

    /// The unit behind a number, for people.
    pub(super) const fn suffix(self) -> &'static str {
        match self {
            Self::ResponseTime => " ms",
            Self::Errors | Self::Connections | Self::Memory | Self::DatabaseAway => " %",
            Self::FailedSignIns => "/min",
        }
    }

    /// Larger values exceed the threshold.
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

    /// Value of a sample, in its unit. The response time is that of the slower request.
    pub(super) fn value(self, look: &Sample) -> Option<f64> {
        let share = |(part, whole): (i64, i64)| (whole > 0).then(|| percent(part, whole));
        match self {
            Self::ResponseTime => look.milliseconds.iter().max().map(|time| float(*time)),
            Self::Errors => Some(percent(count(look.failed), count(look.requests))),
            Self::Connections => look.figures.and_then(|figures| share(figures.connections)),
            Self::Memory => look.memory.and_then(share),
            Self::FailedSignIns => look
                .figures
                .map(|figures| whole(figures.failed_sign_ins.all)),
            Self::DatabaseAway => look.looked_into_database().then(|| {
                let is_away = look.database_is_away.is_some();
                percent(i64::from(is_away), 1)
            }),
        }
    }

    /// Whether a sample exceeds the threshold.
    pub(super) fn is_over(self, look: &Sample) -> bool {
        let over = |(part, whole)| exceeds(part, whole, self.threshold());
        match self {
            Self::ResponseTime => is_slow(look.milliseconds.iter().copied().max()),
            Self::Errors => over((count(look.failed), count(look.requests))),
            Self::Connections => look
                .figures
                .is_some_and(|figures| over(figures.connections)),
            Self::Memory => look.memory.is_some_and(over),
            Self::FailedSignIns => look
                .figures
                .is_some_and(|figures| figures.failed_sign_ins.is_exceeded()),
            Self::DatabaseAway => look.database_is_away.is_some(),
        }
    }

    /// Whether the last [`LASTS`] samples all exceed it.
    pub(super) fn lasts(self, looks: &[Sample]) -> bool {
        looks.len() >= LASTS
            && looks[looks.len() - LASTS..]
                .iter()
                .all(|look| self.is_over(look))
    }

    /// Whether the whole run exceeds it. A single slow or failed request does not, nor a database that was
    /// unavailable for a sample or two; a peak of the other metrics does.
    pub(super) fn is_breached(self, looks: &[Sample]) -> bool {
        if self.lasts(looks) {
            return true;
        }
        match self {
            Self::ResponseTime => is_slow(percentile_95(looks)),
            Self::Errors => {
                let failed = looks.iter().map(|look| look.failed).sum();
                let requests = looks.iter().map(|look| look.requests).sum();
                exceeds(count(failed), count(requests), self.threshold())
            }
            Self::Connections | Self::Memory | Self::FailedSignIns => {
                looks.iter().any(|look| self.is_over(look))
            }
            // One failed sample may be a network problem, unless it was the last.
            Self::DatabaseAway => looks.last().is_some_and(|look| self.is_over(look)),
        }
    }
}

fn is_slow(milliseconds: Option<u64>) -> bool {
    milliseconds.is_some_and(|time| u128::from(time) > RESPONSE_TIME.as_millis())
}

/// 95th percentile of the response times in milliseconds (nearest rank).
pub(super) fn percentile_95(looks: &[Sample]) -> Option<u64> {
    let mut times: Vec<u64> = looks
        .iter()
        .flat_map(|look| look.milliseconds.iter().copied())
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

#[expect(clippy::cast_precision_loss, reason = "shown with one digit")]
fn whole(number: i64) -> f64 {
    number as f64
}

#[expect(clippy::cast_precision_loss, reason = "a time of people's size")]
fn float(number: u64) -> f64 {
    number as f64
}

#[cfg(test)]
mod tests {
    use hallpass_core::monitoring::LastMinute;

    use super::super::figures::Figures;
    use super::*;

    /// Everything at its threshold, and not over it.
    fn at_the_threshold() -> Sample {
        Sample {
            health: "healthy".to_owned(),
            milliseconds: vec![10, 2_000],
            requests: 2,
            failed: 0,
            memory: Some((90, 100)),
            figures: Some(Figures {
                connections: (80, 100),
                failed_sign_ins: LastMinute {
                    all: 10,
                    at_one_account: 10,
                },
            }),
            database_is_away: None,
        }
    }

    fn over(measure: Metric) -> Sample {
        let mut look = at_the_threshold();
        let mut figures = look.figures.unwrap();
        match measure {
            Metric::ResponseTime => look.milliseconds = vec![10, 2_001],
            Metric::Errors => look.failed = 1,
            Metric::Connections => figures.connections = (81, 100),
            Metric::Memory => look.memory = Some((91, 100)),
            Metric::FailedSignIns => figures.failed_sign_ins.all = 11,
            Metric::DatabaseAway => {
                look.database_is_away = Some("nothing answers there".to_owned());
                look.figures = None;
                return look;
            }
        }
        look.figures = Some(figures);
        look
    }

    #[test]
    fn a_value_at_the_threshold_does_not_exceed_it() {
        let reached = [at_the_threshold()];
        for measure in Metric::ALL {
            assert!(!measure.is_breached(&reached), "{measure:?}");
            let crossed = [over(measure)];
            for other in Metric::ALL {
                assert_eq!(other.is_breached(&crossed), other == measure, "{other:?}");
            }
        }
    }

    #[test]
    fn guessing_at_one_account_exceeds_the_threshold_of_failed_sign_ins() {
        let mut look = at_the_threshold();
        look.figures = look.figures.map(|mut figures| {
            figures.failed_sign_ins = LastMinute {
                all: 1,
                at_one_account: 11,
            };
            figures
        });
        assert!(Metric::FailedSignIns.is_breached(&[look]));
    }

    #[test]
    fn three_consecutive_samples_end_the_run() {
        for measure in Metric::ALL {
            let mut looks = vec![at_the_threshold(), over(measure), over(measure)];
            assert!(!measure.lasts(&looks), "{measure:?}");
            looks.push(over(measure));
            assert!(measure.lasts(&looks), "{measure:?}");
            looks.push(at_the_threshold());
            assert!(!measure.lasts(&looks), "{measure:?}");
        }
    }

    #[test]
    fn a_peak_counts_unless_it_is_one_request_of_many() {
        for measure in Metric::ALL {
            let mut looks = vec![at_the_threshold(); 60];
            looks[7] = over(measure);
            let is_one_of_many = matches!(
                measure,
                Metric::ResponseTime | Metric::Errors | Metric::DatabaseAway
            );
            assert_eq!(measure.is_breached(&looks), !is_one_of_many, "{measure:?}");
        }
        // 1 of 100 requests is 1 %, 2 are more.
        let mut looks = vec![at_the_threshold(); 50];
        looks[3].failed = 1;
        assert!(!Metric::Errors.is_breached(&looks));
        looks[9].failed = 1;
        assert!(Metric::Errors.is_breached(&looks));
    }

    #[test]
    fn a_database_that_is_unavailable_at_the_end_counts() {
        let away = over(Metric::DatabaseAway);
        let mut looks = vec![at_the_threshold(), away.clone(), away];
        assert!(Metric::DatabaseAway.is_breached(&looks));
        looks.push(at_the_threshold());
        assert!(!Metric::DatabaseAway.is_breached(&looks));
    }

    #[test]
    fn a_missing_value_does_not_exceed_a_threshold() {
        let blind = [Sample {
            milliseconds: vec![1, 1],
            requests: 2,
            ..Sample::default()
        }];
        assert!(
            Metric::ALL
                .iter()
                .all(|measure| !measure.is_breached(&blind))
        );
        assert!(Metric::DatabaseAway.value(&blind[0]).is_none());
        assert_eq!(percentile_95(&[]), None);
    }
}
