//! `hallpass migrate`: migrates the schema, then sets up the roles of the functions.

mod binding;
mod deploy;
mod logins;
mod progress;
pub(crate) mod role;
mod trail;

use binding::Claim;
use hallpass_core::Client;
use hallpass_core::config::Environment as Name;
use hallpass_core::keys::Keys;
use hallpass_core::schema::{self, Step};
use serde_json::{Value, json};

use crate::cli::MigrateOptions;
use crate::environment::Environment;
use crate::failure::{Exit, Failure};
use crate::interrupt;
use crate::output::{Output, PLAIN};

pub(crate) async fn run(
    environment: &Environment,
    output: Output,
    options: &MigrateOptions,
) -> Result<Exit, Failure> {
    if options.dry_run {
        return dry_run(environment, output, options.verbose).await;
    }
    if !options.deploy {
        let claim = production(environment)?;
        let client = Client::operator("migrate");
        let report = migrate(environment, output, &client, claim, None).await?;
        output.answer(&report.json(), |out| {
            out.write_all(report.text().as_bytes())
        })?;
        return Ok(Exit::Done);
    }
    deploy::run(environment, output).await
}

async fn dry_run(
    environment: &Environment,
    output: Output,
    with_sql: bool,
) -> Result<Exit, Failure> {
    let database = environment.direct()?;
    let mut connection = schema::connect(&database).await?;
    schema::check_server(&mut connection).await?;
    let pending = schema::pending(&mut connection).await?;
    let json = json!({
        "database": database.address(),
        "pending": pending.iter().map(|step| named(step, with_sql)).collect::<Value>(),
        "expectedVersion": schema::expected(),
    });
    output.answer(&json, |out| {
        writeln!(out, "{} ({})", database.address(), database.variable)?;
        if pending.is_empty() {
            let expected = schema::expected();
            return writeln!(out, "The schema is up to date ({expected}).");
        }
        writeln!(out, "Pending migrations:")?;
        for step in &pending {
            writeln!(
                out,
                "  {PLAIN}{}{PLAIN:#} {}",
                step.version, step.description
            )?;
            if with_sql {
                for line in step.sql.lines() {
                    writeln!(out, "{}", format!("    {line}").trim_end())?;
                }
            }
        }
        Ok(())
    })?;
    Ok(Exit::Done)
}

fn named(step: &Step, with_sql: bool) -> Value {
    let mut value = json!({"version": step.version, "description": step.description});
    if with_sql {
        value["sql"] = json!(step.sql);
    }
    value
}

/// Result of a run.
#[derive(Debug)]
struct Report {
    database: String,
    applied: Vec<Step>,
    version: Option<i64>,
    role: role::Granted,
    login: Option<logins::Logins>,
    bound: Option<String>,
}

/// Without `--deploy`, only production binds its database, because `VERCEL_ENV` does not reliably identify other
/// deployments.
fn production(environment: &Environment) -> Result<Option<Claim>, Failure> {
    let name = Name::new(&environment.get("VERCEL_ENV").unwrap_or_default());
    if name.is_production() {
        return Claim::new(environment, name).map(Some);
    }
    Ok(None)
}

async fn migrate(
    environment: &Environment,
    output: Output,
    client: &Client,
    claim: Option<Claim>,
    keys: Option<&Keys>,
) -> Result<Report, Failure> {
    let database = environment.direct()?;
    let mut connection = schema::connect(&database).await?;
    let ownership = match &claim {
        Some(claim) => Some(claim.ownership(&mut connection).await?),
        None => None,
    };
    let mut progress = progress::Progress::new(output);
    let mut begun = Vec::new();
    let applied = schema::migrate(&mut connection, |step| {
        begun.push(step.version);
        progress.begin(step);
    });
    let applied = applied.await;
    progress.end(applied.is_ok());
    let told = trail::migrated(&mut connection, &begun, client).await;
    // If both fail, the error of the migration is more useful than the error of recording it.
    let applied = applied?;
    let left = "the schema is up to date; grants of the functions' role may be missing";
    interrupt::set_interrupt_note(left, progress::AGAIN);
    told?;
    let missing = schema::pending(&mut connection).await?;
    if let Some(step) = missing.first() {
        let detail = format!(
            "migration {} is still pending after migrating",
            step.version
        );
        return Err(Failure::new(Exit::Failed, "migration_failed", detail));
    }
    let reached = schema::applied(&mut connection).await;
    let version = schema::version(&reached.map_err(|error| crate::failure::database(&error))?);
    let role = role::grant(&mut connection, &database, environment, output).await?;
    trail::role(&mut connection, &role, client).await?;
    let mut bound = None;
    if let (Some(claim), Some(ownership)) = (&claim, &ownership) {
        claim.settle(&mut connection, ownership, client).await?;
        bound = Some(claim.text(ownership));
    }
    let login = match keys {
        Some(keys) => Some(logins::ensure(&mut connection, &database, keys, &role).await?),
        None => None,
    };
    Ok(Report {
        database: database.address(),
        applied,
        version,
        role,
        login,
        bound,
    })
}

impl Report {
    fn json(&self) -> Value {
        json!({
            "database": self.database,
            "applied": self.applied.iter().map(|step| named(step, false)).collect::<Value>(),
            "schemaVersion": self.version,
            "expectedVersion": schema::expected(),
            "role": self.role.json(),
            "loginRole": self.login.as_ref().map(logins::Logins::json),
        })
    }

    fn text(&self) -> String {
        let version = self.version.unwrap_or_default();
        let applied = match self.applied.len() {
            0 => "nothing to apply".to_owned(),
            1 => "1 migration applied".to_owned(),
            many => format!("{many} migrations applied"),
        };
        let newer = if version > schema::expected() {
            format!(
                "        This release expects {}: a newer release has migrated this database.\n",
                schema::expected()
            )
        } else {
            String::new()
        };
        let bound = self.bound.as_deref().unwrap_or_default();
        let login = self.login.as_ref().map(logins::Logins::text);
        let login = login.unwrap_or_default();
        format!(
            "Schema  {version}, {applied}\n{newer}{bound}{}{login}",
            self.role.text()
        )
    }
}
