//! `hallpass doctor`: checks the configuration and the database without changing them, and says what to fix.

mod accounts;
mod alerts;
mod certificate;
mod check;
mod configuration;
mod connection;
mod direct;
mod privileges;
mod replication;
mod server;
mod writes;

use std::io;

use hallpass_core::db::Db;
use hallpass_core::keys::Keys;
use serde_json::json;

use crate::environment::Environment;
use crate::failure::{Exit, Failure};
use crate::output::{Output, PLAIN};
use check::{Check, Status};

/// Maximum time to wait for open connections to close.
const CLOSE: std::time::Duration = std::time::Duration::from_secs(1);

pub(crate) async fn run(environment: &Environment, output: Output) -> Result<Exit, Failure> {
    let checks = examine(environment).await;
    let worst = checks.iter().map(|check| check.status).max();
    let worst = worst.unwrap_or(Status::Ok);
    let json = json!({
        "status": worst,
        "version": env!("CARGO_PKG_VERSION"),
        "checks": checks,
    });
    output.answer(&json, |out| show(out, &checks))?;
    Ok(if worst == Status::Failure {
        Exit::Failed
    } else {
        Exit::Done
    })
}

async fn examine(environment: &Environment) -> Vec<Check> {
    let mut checks = Vec::new();
    let database = configuration::examine(environment, &mut checks);
    let Some(database) = database else {
        return checks;
    };
    // Connects as the functions do: with the login role that belongs to their secret, if that role exists.
    let db = match environment.config() {
        Ok(config) => Db::of(&config, &Keys::new(&config)),
        Err(_) => Db::new(&database),
    };
    if connection::examine(&database, &db, &mut checks).await {
        certificate::examine(environment, &database, &mut checks).await;
        let pooler = connection::pooler(&database, &mut checks).await;
        if let Some(facts) = server::examine(&database, &db, pooler, &mut checks).await {
            if !facts.is_standby {
                replication::examine(&db, &mut checks).await;
            }
            direct::examine(environment, &database, &facts, &mut checks).await;
            if facts.has_schema {
                writes::examine(&database, &mut checks).await;
                privileges::examine(&db, &mut checks).await;
                accounts::examine(&db, &mut checks).await;
                alerts::examine(environment, &db, &mut checks).await;
            }
        }
    }
    db.close(CLOSE).await;
    checks
}

fn show(out: &mut dyn io::Write, checks: &[Check]) -> io::Result<()> {
    let version = env!("CARGO_PKG_VERSION");
    writeln!(out, "{PLAIN}Hallpass {version}{PLAIN:#}\n")?;
    for check in checks {
        check.show(out)?;
    }
    let count = |status| checks.iter().filter(|check| check.status == status).count();
    let number = |n: usize, what: &str| match n {
        0 => format!("no {what}s"),
        1 => format!("1 {what}"),
        _ => format!("{n} {what}s"),
    };
    let failures = number(count(Status::Failure), "failure");
    let warnings = number(count(Status::Warning), "warning");
    writeln!(out, "\n{PLAIN}{failures}, {warnings}{PLAIN:#}")
}
