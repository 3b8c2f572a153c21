//! `--finish`: removes the previous secret once nothing depends on it.

use serde_json::json;

use super::local_secrets::{LocalSecrets, name_of};
use super::trail::{Dependents, FINISHED, Trail};
use super::{PREVIOUS, guide};
use crate::cli::RotateOptions;
use crate::clock;
use crate::confirm::confirm;
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
    let from = name_of(environment, local.outgoing())?;
    let verified_at = trail.verified_at(&from).await?;
    if local.previous.is_none() && (local.file().is_some() || verified_at.is_none()) {
        let detail = format!("no rotation is in progress: {PREVIOUS} is not set");
        return Err(
            Failure::new(Exit::Conflict, "not_begun", detail).next(format!(
                "start one with `{}`",
                guide::hallpass(local, "").trim()
            )),
        );
    }
    // Without verification, the deployment may still sign with the previous secret, so every session and link may
    // depend on it.
    let since = match verified_at {
        Some(at) => at,
        None if options.early => clock::now(),
        None => {
            let detail = "no deployment with both secrets has been verified yet";
            return Err(
                Failure::new(Exit::Conflict, "not_verified", detail).next(format!(
                    "verify the deployment first: `{}`",
                    guide::verify(local)
                )),
            );
        }
    };
    let left = trail.dependents(since).await?;
    if !options.early && (left.sessions > 0 || left.links > 0) {
        return Err(still_needed(local, &left));
    }
    let details = json!({"from": from, "sessions": left.sessions, "links": left.links});
    if !options.dry_run {
        if options.early {
            let what = format!(
                "This ends what still depends on the previous secret, in {}: {left}.",
                trail.database(),
            );
            confirm(options.yes, &what).await?;
        }
        trail.record(FINISHED, "warning", details).await?;
        local.change(&[(PREVIOUS, None)])?;
    }
    answer(output, options, local, &left)
}

fn still_needed(local: &LocalSecrets, left: &Dependents) -> Failure {
    let until = left.until.map(clock::minute).unwrap_or_default();
    let detail =
        format!("{left} still depend on the previous secret; the last of them expires by {until}");
    Failure::new(Exit::Conflict, "still_needed", detail).next(format!(
        "wait and run the command again, or sign these users out with `{}`",
        guide::hallpass(local, "--finish --early")
    ))
}

fn answer(
    output: Output,
    options: &RotateOptions,
    local: &LocalSecrets,
    left: &Dependents,
) -> Result<Exit, Failure> {
    let mut steps = guide::hand_over_one(local, false);
    steps.push(guide::verify(local));
    let state = if options.dry_run {
        "wouldFinish"
    } else {
        "finished"
    };
    let json =
        json!({"state": state, "file": local.file(), "dependents": left, "nextSteps": steps});
    output.answer(&json, |out| {
        let said = match (options.dry_run, local.file()) {
            (true, _) => format!("Would remove {PREVIOUS}. Nothing was changed."),
            (false, Some(file)) => format!("Removed {PREVIOUS} from {}.", file.display()),
            (false, None) => format!("{PREVIOUS} can be removed."),
        };
        writeln!(out, "{}\n\n{PLAIN}Next steps:{PLAIN:#}", wrapped(&said, 0))?;
        for step in &steps {
            writeln!(out, "  {step}")?;
        }
        Ok(())
    })?;
    Ok(Exit::Done)
}
