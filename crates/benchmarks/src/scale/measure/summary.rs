//! Median and 99th percentile.

use serde::Serialize;

/// Of the values of all executions.
#[derive(Clone, Copy, Debug, Default, Serialize)]
pub(crate) struct Summary {
    pub(crate) median: f64,
    pub(crate) p99: f64,
    pub(crate) max: f64,
}

impl Summary {
    pub(crate) fn of(values: impl IntoIterator<Item = f64>) -> Self {
        let mut sorted: Vec<_> = values.into_iter().collect();
        sorted.sort_by(f64::total_cmp);
        // Nearest rank.
        let rank = |percent: usize| {
            let position = (sorted.len() * percent).div_ceil(100);
            sorted.get(position.saturating_sub(1)).copied()
        };
        Self {
            median: rank(50).unwrap_or_default(),
            p99: rank(99).unwrap_or_default(),
            max: sorted.last().copied().unwrap_or_default(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentiles_are_values_that_occurred() {
        let summary = Summary::of((1..=200).rev().map(f64::from));
        assert_eq!(
            [summary.median, summary.p99, summary.max].map(|value| value.to_string()),
            ["100", "198", "200"]
        );
        assert_eq!(Summary::of([3.0]).p99.to_string(), "3");
    }
}
