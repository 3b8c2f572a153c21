//! `hallpass migrate`: the schema, then the role that the functions use.

mod deploy;
mod progress;
pub(crate) mod role;
mod trail;

use hallpass_core::Client;
use hallpass_core::schema::{self, Step};
use serde_json::{Value, json};

use crate::cli::MigrateOptions;
use crate::environment::Environment;
use crate::failure::{Exit, Failure};
use crate::interrupt;
use crate::screen::{PLAIN, Screen};

pub(crate) async fn run(
    environment: &Environment,
    screen: Screen,
    options: &MigrateOptions,
) -> Result<Exit, Failure> {
    if options.dry_run {
        return dry_run(environment, screen, options.verbose).await;
    }
    if !options.deploy {
        let report = migrate(environment, screen, &Client::operator("migrate")).await?;
        screen.answer(&report.json(), |out| {
            out.write_all(report.text().as_bytes())
        })?;
        return Ok(Exit::Done);
    }
    deploy::run(environment, screen).await
}

async fn dry_run(
    environment: &Environment,
    screen: Screen,
    with_sql: bool,
) -> Result<Exit, Failure> {
    let database = environment.direct()?;
    let mut connection = schema::connect(&database).await?;
    let pending = schema::pending(&mut connection).await?;
    let json = json!({
        "database": database.address(),
        "pending": pending.iter().map(|step| named(step, with_sql)).collect::<Value>(),
        "expectedVersion": schema::expected(),
    });
    screen.answer(&json, |out| {
        writeln!(out, "{} ({})", database.address(), database.variable)?;
        if pending.is_empty() {
            let expected = schema::expected();
            return writeln!(out, "Nothing to do: the schema is at {expected}.");
        }
        writeln!(out, "Pending, applied by hallpass migrate:")?;
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

/// What a migration did.
#[derive(Debug)]
struct Report {
    database: String,
    applied: Vec<Step>,
    version: Option<i64>,
    role: role::Granted,
}

async fn migrate(
    environment: &Environment,
    screen: Screen,
    client: &Client,
) -> Result<Report, Failure> {
    let database = environment.direct()?;
    let mut connection = schema::connect(&database).await?;
    let mut progress = progress::Progress::new(screen);
    let mut begun = Vec::new();
    let applied = schema::migrate(&mut connection, |step| {
        begun.push(step.version);
        progress.begin(step);
    });
    let applied = applied.await;
    progress.end(applied.is_ok());
    let told = trail::migrated(&mut connection, &begun, client).await;
    // Why a migration failed says more than that it could not be told.
    let applied = applied?;
    let left = "the schema is up to date, the grants of the functions' role may be missing";
    interrupt::leaves(left, progress::AGAIN);
    told?;
    let missing = schema::pending(&mut connection).await?;
    if let Some(step) = missing.first() {
        let detail = format!(
            "migration {} is still missing after migrating",
            step.version
        );
        return Err(Failure::new(Exit::Failed, "migration_failed", detail));
    }
    let version =
        sqlx::query_scalar("select max(version) from hallpass._sqlx_migrations where success")
            .fetch_one(&mut connection)
            .await
            .map_err(|error| crate::failure::database(&error))?;
    let role = role::grant(&mut connection, environment, screen).await?;
    trail::role(&mut connection, &role, client).await?;
    Ok(Report {
        database: database.address(),
        applied,
        version,
        role,
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
                "        This release knows the schema up to {}: a newer one was here.\n",
                schema::expected()
            )
        } else {
            String::new()
        };
        format!("Schema  {version}, {applied}\n{newer}{}", self.role.text())
    }
}
