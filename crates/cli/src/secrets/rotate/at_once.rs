//! `--at-once`: replaces a compromised secret, and does not keep it as the previous one.

use serde_json::json;

use super::local_secrets::{LocalSecrets, name_of};
use super::trail::{AT_ONCE, Trail};
use super::{PREVIOUS, SECRET, guide};
use crate::cli::RotateOptions;
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
    let is_done = local.file().is_some() && !options.dry_run;
    if is_done {
        let what = format!(
            "This replaces {SECRET} and does not keep the previous one. From the next deployment on, everybody in {} \
             has to sign in again, and all one-time links are invalid.",
            trail.database()
        );
        confirm(options.yes, &what).await?;
        let details = json!({"from": name_of(environment, &local.current)?});
        trail.record(AT_ONCE, "critical", details).await?;
        let new = crate::secrets::random()?;
        local.change(&[(SECRET, Some(&new)), (PREVIOUS, None)])?;
    }
    let mut steps = guide::hand_over_one(local, true);
    steps.push(guide::verify(local));
    // Older deployments can still be reached at their own URLs, and use the secret that they were built with.
    steps.push("delete older deployments: vercel list, then vercel remove URL".to_owned());
    steps.push(
        "if the database password was leaked, too: HALLPASS_APP_PASSWORD=… hallpass migrate"
            .to_owned(),
    );
    let state = match (is_done, options.dry_run) {
        (true, _) => "replaced",
        (false, true) => "wouldReplace",
        (false, false) => "toBeReplaced",
    };
    let json = json!({"state": state, "file": local.file(), "nextSteps": steps});
    output.answer(&json, |out| {
        let said = match local.file() {
            Some(file) if is_done => format!(
                "{} has a new {SECRET}. It takes effect with the next deployment; until then, the old secret can be \
                 used to create tokens.",
                file.display()
            ),
            _ => "Nothing was changed.".to_owned(),
        };
        writeln!(out, "{}\n\n{PLAIN}Next steps:{PLAIN:#}", wrapped(&said, 0))?;
        for step in &steps {
            writeln!(out, "  {step}")?;
        }
        Ok(())
    })?;
    Ok(Exit::Done)
}
