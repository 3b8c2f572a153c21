//! The first step of a rotation: writes a new secret and keeps the previous one. If a rotation is in progress, shows
//! its status.

use serde_json::json;

use super::local_secrets::{LocalSecrets, name_of};
use super::trail::{STARTED, Trail};
use super::{PREVIOUS, SECRET, guide};
use crate::cli::RotateOptions;
use crate::clock;
use crate::environment::Environment;
use crate::failure::{Exit, Failure};
use crate::output::{Output, PLAIN, wrapped};

pub(super) async fn run(
    environment: &Environment,
    output: Output,
    options: &RotateOptions,
    local: &LocalSecrets,
) -> Result<Exit, Failure> {
    let mut trail = Trail::open(environment).await?;
    if local.previous.is_some() {
        return status(environment, output, local, &mut trail).await;
    }
    let (state, said) = match local.file() {
        Some(file) if options.dry_run => (
            "wouldBegin",
            format!(
                "Would write a new {SECRET} to {}, and the current one to {PREVIOUS}.",
                file.display()
            ),
        ),
        Some(file) => {
            let details = json!({"from": name_of(environment, &local.current)?});
            trail.record(STARTED, "warning", details).await?;
            let new = crate::secrets::random()?;
            local.change(&[(SECRET, Some(&new)), (PREVIOUS, Some(&local.current))])?;
            (
                "begun",
                format!(
                    "{} has a new {SECRET}; the previous one is in {PREVIOUS}.",
                    file.display()
                ),
            )
        }
        None => (
            "toBeBegun",
            format!(
                "{SECRET} is set in the environment, which this command cannot change. Nothing was changed."
            ),
        ),
    };
    let mut steps = guide::hand_over_both(local);
    steps.push(guide::verify(local));
    let json = json!({"state": state, "file": local.file(), "nextSteps": steps});
    output.answer(&json, |out| {
        writeln!(out, "{}\n\n{PLAIN}Next steps:{PLAIN:#}", wrapped(&said, 0))?;
        for step in &steps {
            writeln!(out, "  {step}")?;
        }
        Ok(())
    })?;
    Ok(Exit::Done)
}

async fn status(
    environment: &Environment,
    output: Output,
    local: &LocalSecrets,
    trail: &mut Trail,
) -> Result<Exit, Failure> {
    let from = name_of(environment, local.outgoing())?;
    let verified_at = trail.verified_at(&from).await?;
    let dependents = match verified_at {
        Some(since) => Some(trail.dependents(since).await?),
        None => None,
    };
    let is_free = dependents.is_some_and(|left| left.sessions == 0 && left.links == 0);
    let (state, next) = match verified_at {
        None => {
            let mut steps = guide::hand_over_both(local);
            steps.push(guide::verify(local));
            ("begun", steps)
        }
        Some(_) if is_free => ("free", vec![guide::hallpass(local, "--finish")]),
        Some(_) => ("verified", vec![guide::hallpass(local, "--finish")]),
    };
    let json = json!({
        "state": state,
        "file": local.file(),
        "verifiedAt": verified_at.map(clock::rfc3339),
        "dependents": dependents,
        "nextSteps": next,
    });
    output.answer(&json, |out| {
        let said = match (verified_at, dependents) {
            (Some(at), Some(left)) => format!(
                "A rotation is in progress, verified {}. Still using the previous secret: {left}{}.",
                clock::minute(at),
                left.until
                    .map_or_else(String::new, |until| format!(", until {} at the latest", clock::minute(until))),
            ),
            _ => format!(
                "A rotation is in progress: {PREVIOUS} is set. No deployment with both secrets has been verified yet."
            ),
        };
        writeln!(out, "{}\n\n{PLAIN}Next steps:{PLAIN:#}", wrapped(&said, 0))?;
        for step in &next {
            writeln!(out, "  {step}")?;
        }
        Ok(())
    })?;
    Ok(Exit::Done)
}
