//! The last step: the secret before goes, once nothing depends on it.

use serde_json::json;

use super::held::{Held, name_of};
use super::trail::{Dependents, FINISHED, Trail};
use super::{PREVIOUS, guide};
use crate::cli::RotateOptions;
use crate::clock;
use crate::confirm::confirm;
use crate::environment::Environment;
use crate::failure::{Exit, Failure};
use crate::screen::{PLAIN, Screen, wrapped};

pub(super) async fn run(
    environment: &Environment,
    screen: Screen,
    options: &RotateOptions,
    held: &Held,
) -> Result<Exit, Failure> {
    let mut trail = Trail::open(environment).await?;
    let from = name_of(environment, held.outgoing())?;
    let verified_at = trail.verified_at(&from).await?;
    if held.previous.is_none() && (held.file().is_some() || verified_at.is_none()) {
        let detail = format!("no rotation is in progress: {PREVIOUS} is not set");
        return Err(
            Failure::new(Exit::Conflict, "not_begun", detail).next(format!(
                "start one with `{}`",
                guide::hallpass(held, "").trim()
            )),
        );
    }
    // What was never seen to be replaced may be what the deployment signs with: everything depends on it then.
    let since = match verified_at {
        Some(at) => at,
        None if options.early => clock::now(),
        None => {
            let detail = "no deployment with both secrets has been verified yet";
            return Err(
                Failure::new(Exit::Conflict, "not_verified", detail).next(format!(
                    "verify the deployment first: `{}`",
                    guide::verify(held)
                )),
            );
        }
    };
    let left = trail.dependents(since).await?;
    if !options.early && (left.sessions > 0 || left.links > 0) {
        return Err(still_needed(held, &left));
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
        held.change(&[(PREVIOUS, None)])?;
    }
    answer(screen, options, held, &left)
}

fn still_needed(held: &Held, left: &Dependents) -> Failure {
    let until = left.until.map(clock::minute).unwrap_or_default();
    let detail =
        format!("{left} still depend on the previous secret; the last of them expires by {until}");
    Failure::new(Exit::Conflict, "still_needed", detail).next(format!(
        "wait and run the command again, or sign these users out with `{}`",
        guide::hallpass(held, "--finish --early")
    ))
}

fn answer(
    screen: Screen,
    options: &RotateOptions,
    held: &Held,
    left: &Dependents,
) -> Result<Exit, Failure> {
    let mut steps = guide::hand_over_one(held, false);
    steps.push(guide::verify(held));
    let state = if options.dry_run {
        "wouldFinish"
    } else {
        "finished"
    };
    let json = json!({"state": state, "file": held.file(), "dependents": left, "nextSteps": steps});
    screen.answer(&json, |out| {
        let said = match (options.dry_run, held.file()) {
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
