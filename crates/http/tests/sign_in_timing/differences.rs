//! Compares samples of two kinds: with the Mann–Whitney U test, and by their medians.

use crate::samples::{Kind, Samples};

/// Smallest |z| that counts as a difference: p = 0.01, two-sided.
const CRITICAL: f64 = 2.575_829;
/// Largest difference of two medians that does not count, as a fraction of the smaller one.
const MEDIANS_APART: f64 = 0.05;

/// Two kinds of refusals that can be told apart.
#[derive(Debug)]
pub(crate) struct Difference {
    faster: Kind,
    slower: Kind,
    /// Deviation of the sum of ranks from its expected value, in standard deviations.
    #[expect(dead_code, reason = "shown where the test fails")]
    z: f64,
    /// Medians in milliseconds, that of the faster kind first.
    #[expect(dead_code, reason = "shown where the test fails")]
    medians: (f64, f64),
}

impl Difference {
    /// Whether the other difference is between the same two kinds, in the same direction.
    pub(crate) fn is_the_same_as(&self, other: &Self) -> bool {
        (self.faster, self.slower) == (other.faster, other.slower)
    }
}

/// Returns the pairs of kinds that differ. Prints the medians and z of all pairs, which `-- --nocapture` shows.
#[expect(
    clippy::print_stderr,
    reason = "shows the measured values of a passing test"
)]
pub(crate) fn compare(samples: &Samples) -> Vec<Difference> {
    let mut differences = Vec::new();
    for (i, (kind, one)) in samples.iter().enumerate() {
        for (other_kind, other) in &samples[i + 1..] {
            let z = mann_whitney(one, other);
            let medians = (median(one), median(other));
            let apart = (medians.0 - medians.1).abs() / medians.0.min(medians.1);
            eprintln!(
                "{kind:?} {:.3} ms, {other_kind:?} {:.3} ms: z = {z:.2}",
                medians.0, medians.1
            );
            if z.abs() < CRITICAL && apart <= MEDIANS_APART {
                continue;
            }
            let one_is_faster = if z.abs() < CRITICAL {
                medians.0 < medians.1
            } else {
                z < 0.0
            };
            differences.push(if one_is_faster {
                Difference {
                    faster: *kind,
                    slower: *other_kind,
                    z,
                    medians,
                }
            } else {
                Difference {
                    faster: *other_kind,
                    slower: *kind,
                    z,
                    medians: (medians.1, medians.0),
                }
            });
        }
    }
    differences
}

fn median(samples: &[f64]) -> f64 {
    let mut sorted = samples.to_vec();
    sorted.sort_by(f64::total_cmp);
    let middle = sorted.len() / 2;
    if sorted.len().is_multiple_of(2) {
        f64::midpoint(sorted[middle - 1], sorted[middle])
    } else {
        sorted[middle]
    }
}

/// The normal approximation of U, corrected for ties (Mann and Whitney 1947). Negative if `a` is smaller. Accurate from
/// about twenty samples each.
fn mann_whitney(a: &[f64], b: &[f64]) -> f64 {
    let mut pooled: Vec<(f64, bool)> = Vec::with_capacity(a.len() + b.len());
    pooled.extend(a.iter().map(|value| (*value, true)));
    pooled.extend(b.iter().map(|value| (*value, false)));
    pooled.sort_by(|one, other| one.0.total_cmp(&other.0));
    let (mut rank_sum, mut ties, mut rank) = (0.0, 0.0, 0.0);
    for equal in pooled.chunk_by(|one, other| one.0.total_cmp(&other.0).is_eq()) {
        let together = count(equal.len());
        let of_a = equal.iter().filter(|(_, is_a)| *is_a).count();
        rank_sum += count(of_a) * (rank + f64::midpoint(together, 1.0));
        ties += together.powi(3) - together;
        rank += together;
    }
    let (of_a, of_b) = (count(a.len()), count(b.len()));
    let all = of_a + of_b;
    let pairs = of_a * of_b;
    let smaller = rank_sum - of_a * (of_a + 1.0) / 2.0;
    let variance = pairs / 12.0 * (all + 1.0 - ties / (all * (all - 1.0)));
    (smaller - pairs / 2.0) / variance.sqrt()
}

fn count(number: usize) -> f64 {
    f64::from(u32::try_from(number).unwrap())
}

mod tests {
    use super::*;

    fn kinds(lots: [Vec<f64>; 4]) -> Samples {
        let [a, b, c, d] = lots;
        [
            (Kind::Unknown, a),
            (Kind::WrongPassword, b),
            (Kind::Deactivated, c),
            (Kind::WithoutPassword, d),
        ]
    }

    #[test]
    fn the_statistic_equals_that_of_scipy() {
        // SciPy 1.17.1: mannwhitneyu(a, b, use_continuity=False, method="asymptotic"), p as a quantile.
        let a = [19.1, 20.4, 20.4, 21.7, 18.8, 20.0, 19.6, 22.3, 20.4, 19.9];
        let b = [
            20.4, 21.0, 22.9, 21.7, 20.8, 23.5, 19.9, 22.3, 24.0, 21.1, 20.2,
        ];
        assert!((mann_whitney(&a, &b) + 2.262_943_757).abs() < 1e-8);
        assert!((mann_whitney(&b, &a) - 2.262_943_757).abs() < 1e-8);
        assert!((median(&a) - 20.2).abs() < 1e-9);
        assert!((median(&b) - 21.1).abs() < 1e-9);
    }

    #[test]
    fn a_shift_and_different_medians_are_detected() {
        let even = |from: f64, step: f64| (0..1_000).map(|i| from + step * f64::from(i)).collect();
        let wide: Vec<f64> = even(15.0, 0.01);
        assert!(
            compare(&kinds([
                wide.clone(),
                wide.clone(),
                wide.clone(),
                wide.clone()
            ]))
            .is_empty()
        );
        let found = compare(&kinds([
            even(14.4, 0.01),
            wide.clone(),
            wide.clone(),
            wide.clone(),
        ]));
        assert_eq!(found.len(), 3, "{found:?}");
        assert!(found.iter().all(|one| one.faster == Kind::Unknown));
        // About half of the samples are lower and half are higher, so the ranks do not show the difference.
        let mut halves: Vec<f64> = vec![10.0; 490];
        halves.extend(vec![30.0; 510]);
        let found = compare(&kinds([halves, wide.clone(), wide.clone(), wide]));
        assert_eq!(found.len(), 3, "{found:?}");
        assert!(found.iter().all(|one| one.slower == Kind::Unknown));
        assert!(found[0].is_the_same_as(&found[0]) && !found[0].is_the_same_as(&found[1]));
    }
}
