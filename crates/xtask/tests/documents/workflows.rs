//! The workflow runs every step of `cargo ci`.

use super::text;

/// The quoted values after `before`, in their order.
fn values<'a>(text: &'a str, before: &'a str) -> Vec<&'a str> {
    let rest = text.split(before).skip(1);
    rest.map(|rest| rest.split('"').next().unwrap()).collect()
}

#[test]
fn every_step_of_cargo_ci_is_in_one_job() {
    let steps = text("crates/xtask/src/ci/steps/mod.rs");
    let mut expected = values(&steps, " name: \"");
    assert!(expected.len() > 20, "{expected:?}");
    let workflow = text(".github/workflows/ci.yml");
    let jobs = values(&workflow, "steps: \"");
    let mut run: Vec<_> = jobs.iter().flat_map(|job| job.split(',')).collect();
    expected.sort_unstable();
    run.sort_unstable();
    assert_eq!(run, expected);
}
