//! T12: by the time that a refusal takes, nobody can tell an account that exists from one that does not.
//!
//! The only test that measures time. Cargo runs one test program at a time, so it has the machine to
//! itself; and whatever else the machine does hits all kinds of refusals alike, because they are asked
//! one after another, in an order drawn anew for every round.

#![cfg(test)]

mod differences;
mod samples;
#[expect(
    dead_code,
    unused_imports,
    reason = "what the API suite needs beyond this"
)]
#[path = "../api/support/mod.rs"]
mod support;

use differences::compare;
use samples::Sampler;

/// Refusals of each kind in a stage.
const SAMPLES: usize = 1_000;

/// Two stages, fixed before anything is measured. A pair of kinds that differs in the first stage is
/// measured anew; it counts as different if it differs again in the same direction.
///
/// *Differs* means Mann–Whitney p ≤ 0.01 (two-sided) or medians more than 5 % apart.
///
/// False alarms: one stage alone would fail in up to 6 % of the runs of a perfect system (six pairs at
/// 1 %). Both stages, same pair, same direction: at most 6 × 0.01 × 0.005 = 0.03 % of the runs.
///
/// Power: with n samples of each kind and a spread σ, a shift Δ moves the test's z by Δ/σ × √(3n/2π),
/// 21.9 Δ/σ for n = 1,000. A hash of 20 ms has σ ≈ 1.5 ms on a busy machine: z = 14.6 for a millisecond,
/// found in both stages with a probability above 99.99 %; a fifth of a millisecond in 40 % of the runs.
#[tokio::test]
async fn t12_response_times_of_refusals_do_not_reveal_whether_an_account_exists() {
    let mut sampler = Sampler::new().await;
    let first = compare(&sampler.stage(SAMPLES).await);
    if first.is_empty() {
        return;
    }
    let second = compare(&sampler.stage(SAMPLES).await);
    let both: Vec<_> = first
        .iter()
        .filter(|one| second.iter().any(|other| one.is_the_same_as(other)))
        .collect();
    assert!(both.is_empty(), "{both:#?}");
}
