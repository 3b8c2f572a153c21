//! T12: the response times of refused sign-ins do not reveal whether an account exists.
//!
//! This is the only test that measures time. Cargo runs one test program at a time, so that no other test runs
//! meanwhile. Other load of the machine affects all kinds of refusals in the same way, because they are requested one
//! after another, in a new random order in every round.

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

/// Number of refusals of each kind in a stage.
const SAMPLES: usize = 1_000;

/// The measurement has up to two stages, defined in advance. If a pair of kinds differs in the first stage, all kinds
/// are measured again. The pair counts as different if it differs again in the same direction.
///
/// *Differs* means Mann–Whitney p ≤ 0.01 (two-sided) or medians more than 5 % apart.
///
/// False alarms: with one stage, up to 6 % of the runs of a perfect system would fail (six pairs at 1 %). With the same
/// pair in both stages and in the same direction, at most 6 × 0.01 × 0.005 = 0.03 % of the runs fail.
///
/// Power: with n samples of each kind and a standard deviation σ, a shift Δ moves the test's z by Δ/σ × √(3n/2π), which
/// is 21.9 Δ/σ for n = 1,000. A hash of 20 ms has σ ≈ 1.5 ms on a busy machine. A shift of one millisecond gives z =
/// 14.6 and is found in both stages with a probability above 99.99 %; a shift of 0.2 ms is found in 40 % of the runs.
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
