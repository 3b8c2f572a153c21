//! How long requests wait for a processor of the database: a simulation, because a machine with two cores cannot measure
//! it for others.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

/// Requests that are simulated, and those before them that are not counted.
const REQUESTS: usize = 400_000;
const FIRST: usize = 20_000;
/// Makes each run the same.
const SEED: u64 = 1;

/// Median, 99 and 99.9 % of the waiting times in seconds. Requests come at random (Poisson), each keeps one of `cores`
/// processors busy for `service` seconds on average (exponential), and `used` is the share of time in which they work.
pub(super) fn simulate(cores: u16, service: f64, used: f64) -> [f64; 3] {
    let mut random = fastrand::Rng::with_seed(SEED);
    // Exponential with the mean 1.
    let mut draw = move || -(1.0 - random.f64()).ln();
    let between = service / (f64::from(cores) * used);
    // When each processor is free: nanoseconds, which have a total order.
    let mut free: BinaryHeap<Reverse<u64>> = (0..cores).map(|_| Reverse(0)).collect();
    let mut now = 0.0;
    let mut waits = Vec::with_capacity(REQUESTS);
    for number in 0..FIRST + REQUESTS {
        now += draw() * between;
        let Some(Reverse(first)) = free.pop() else {
            break;
        };
        let start = nanoseconds(now).max(first);
        free.push(Reverse(start + nanoseconds(draw() * service)));
        if number >= FIRST {
            waits.push(start - nanoseconds(now));
        }
    }
    waits.sort_unstable();
    [500, 990, 999].map(|share| seconds(waits[waits.len() * share / 1000]))
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "positive, and far below the limit"
)]
fn nanoseconds(seconds: f64) -> u64 {
    (seconds * 1e9) as u64
}

#[expect(clippy::cast_precision_loss, reason = "waiting times are short")]
fn seconds(nanoseconds: u64) -> f64 {
    nanoseconds as f64 / 1e9
}

#[cfg(test)]
mod tests {
    use super::*;

    /// With one processor, the share of those who wait longer than t is u · exp(-(1 - u) · t / s) (M/M/1).
    #[test]
    fn one_processor_agrees_with_the_formula() {
        let (used, service): (f64, f64) = (0.8, 0.001);
        let expected = |share: f64| (used / (1.0 - share)).ln() * service / (1.0 - used);
        let [median, most, _] = simulate(1, service, used);
        assert!((median / expected(0.5) - 1.0).abs() < 0.1, "{median}");
        assert!((most / expected(0.99) - 1.0).abs() < 0.1, "{most}");
    }
}
