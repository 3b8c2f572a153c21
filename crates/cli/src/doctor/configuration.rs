//! Checks the variables.

use hallpass_core::config::DatabaseConfig;

use super::check::Check;
use crate::environment::Environment;

/// Checks the variables. Returns the configuration of the database even if other variables are invalid.
pub(super) fn examine(
    environment: &Environment,
    checks: &mut Vec<Check>,
) -> Option<DatabaseConfig> {
    if let Some(path) = environment.path() {
        checks.push(Check::ok("file", path.display().to_string()));
    }
    let config = match environment.config() {
        Ok(config) => config,
        Err(errors) => {
            checks.extend(errors.0.into_iter().map(|error| {
                let (detail, action) = split(&error.problem);
                let detail = format!("{} {detail}", error.variable);
                Check::failure("configuration", detail, action)
            }));
            return environment.database().ok();
        }
    };
    checks.push(Check::ok(
        "configuration",
        format!(
            "{} is {}; HALLPASS_SECRET is valid",
            config.database.variable,
            config.database.address()
        ),
    ));
    let name = config.environment.as_str();
    let detail =
        format!("VERCEL_ENV is {name}: tokens and links created here are only valid there");
    checks.push(
        if config.environment.is_production() || config.database.is_local() {
            Check::ok("environment", detail)
        } else {
            let action = "for a production deployment, set VERCEL_ENV=production";
            Check::warning("environment", detail, action)
        },
    );
    checks.push(match &config.url {
        Some(url) => Check::ok("origin", format!("one-time links start with {url}")),
        None => Check::warning(
            "origin",
            "the public URL for one-time links is not set",
            "set HALLPASS_URL=https://accounts.example.com",
        ),
    });
    Some(config.database)
}

/// Splits a configuration error at the first colon into the problem and the action.
fn split(problem: &str) -> (String, String) {
    match problem.split_once(": ") {
        Some((detail, action)) => (detail.to_owned(), action.to_owned()),
        None => (
            problem.to_owned(),
            "correct the variable where it is set".to_owned(),
        ),
    }
}
