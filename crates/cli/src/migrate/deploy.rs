//! `hallpass migrate --deploy`: the build step of a deployment.

use std::fmt::Write as _;

use hallpass_core::keys::Keys;
use hallpass_core::schema::{self, Ownership};
use hallpass_core::users::Email;
use hallpass_core::users::operator::{FirstAdministrator, first_administrator};
use hallpass_core::{AppContext, Client, Config};
use serde_json::json;

use super::binding::Claim;
use super::migrate;
use crate::clock;
use crate::environment::Environment;
use crate::failure::{Exit, Failure};
use crate::interrupt;
use crate::outgoing::fetch_range;
use crate::output::Output;
use crate::users::LinkJson;

/// Variable that makes builds skip the database if it is `0`.
const ON_BUILD: &str = "HALLPASS_MIGRATE_ON_BUILD";
/// Name of the command in audit events.
const COMMAND: &str = "migrate --deploy";

pub(super) async fn run(environment: &Environment, output: Output) -> Result<Exit, Failure> {
    if let Some(reason) = skipped(environment) {
        return leave(output, &reason);
    }
    // An invalid configuration fails the build before anything is changed.
    let config = environment.config()?;
    let claim = Claim::new(environment, config.environment.clone())?;
    if let Some(reason) = foreign(environment, &claim).await? {
        return leave(output, &reason);
    }
    if config.url.is_none() {
        return Err(
            Failure::configuration("the public URL for one-time links is not set")
                .next("set HALLPASS_URL=https://accounts.example.com"),
        );
    }
    let email = address(environment, &config)?;
    let keys = Keys::new(&config);
    let migrator = Client::operator(COMMAND);
    let report = migrate(environment, output, &migrator, Some(claim), Some(&keys)).await?;
    interrupt::set_interrupt_note(
        "the schema is up to date; the first administrator may have been created",
        "deploy again; until an administrator has set a password, each deployment prints a new link",
    );
    let hallpass = AppContext::new(config, fetch_range);
    let client = Client::operator(COMMAND);
    let waiting = first_administrator(&hallpass, &email, &client).await?;
    let mut json = report.json();
    if let Some(waiting) = &waiting {
        json["administrator"] = json!(waiting.user);
        let link = json!(LinkJson::from(&waiting.setup_link));
        json["setupLink"] = link["setupLink"].clone();
        json["expiresAt"] = link["expiresAt"].clone();
    }
    output.answer(&json, |out| {
        out.write_all(report.text().as_bytes())?;
        match &waiting {
            Some(waiting) => out.write_all(framed(waiting).as_bytes()),
            None => Ok(()),
        }
    })?;
    Ok(Exit::Done)
}

/// Why this build skips the database; `None` if it does not. Outside of production, a deployment without a database or
/// a secret still serves the console.
fn skipped(environment: &Environment) -> Option<String> {
    if environment.get(ON_BUILD).as_deref() == Some("0") {
        return Some(format!("{ON_BUILD} is 0"));
    }
    let name = environment.get("VERCEL_ENV")?;
    if name == "production" {
        return None;
    }
    if !environment.names_database() {
        return Some(format!(
            "VERCEL_ENV is {name}, and no database is configured"
        ));
    }
    let missing = environment.get("HALLPASS_SECRET").is_none();
    missing.then(|| format!("VERCEL_ENV is {name}, and HALLPASS_SECRET is missing"))
}

/// Why the database must not be migrated; `None` if it may. A preview must not migrate the database of production.
async fn foreign(environment: &Environment, claim: &Claim) -> Result<Option<String>, Failure> {
    let mut connection = schema::connect(&environment.direct()?).await?;
    Ok(match claim.ownership(&mut connection).await? {
        Ownership::Foreign(owner) => Some(format!(
            "the database belongs to the environment {owner}; use a separate database for this one"
        )),
        _ => None,
    })
}

fn leave(output: Output, reason: &str) -> Result<Exit, Failure> {
    output.answer(&json!({"skipped": reason}), |out| {
        writeln!(
            out,
            "Skipped migrations: {reason}. To migrate by hand, run `hallpass migrate`"
        )
    })?;
    Ok(Exit::Done)
}

/// E-mail address of the first administrator. It is only used to sign in, and can be changed later.
fn address(environment: &Environment, config: &Config) -> Result<String, Failure> {
    let given = environment.get("HALLPASS_ADMIN_EMAIL");
    let from_host = || {
        let url = environment.get("VERCEL_PROJECT_PRODUCTION_URL");
        let url = url.or_else(|| config.url.clone())?;
        let host = url.rsplit("//").next()?.split([':', '/']).next()?;
        Some(format!("admin@{host}"))
    };
    let email = given.or_else(from_host).unwrap_or_default();
    match Email::parse(&email) {
        Ok(email) => Ok(email.as_typed),
        Err(_) => Err(Failure::configuration(
            "no valid e-mail address for the first administrator",
        )
        .next("set HALLPASS_ADMIN_EMAIL to your address")),
    }
}

/// A framed message that is easy to see in a build log. The URL is not wrapped, so that it can be copied.
fn framed(waiting: &FirstAdministrator) -> String {
    let line = "=".repeat(80);
    let what = if waiting.is_new {
        "The first administrator was created. Open this link to set the password:"
    } else {
        "The first administrator has no password yet. Open this link to set it:"
    };
    let email = &waiting.user.email;
    let url = &waiting.setup_link.url;
    let until = clock::minute(waiting.setup_link.expires_at);
    let mut text = String::new();
    // Writing to a String cannot fail.
    let _ = write!(
        text,
        "\n{line}\n  HALLPASS  {what}\n\n{url}\n\n  Account   {email} (can be changed after sign-in)\n  \
         Valid     once, until {until}; each deployment prints a new link\n\n  \
         Whoever opens the link first becomes the administrator. Open it now.\n{line}\n\n"
    );
    text
}
