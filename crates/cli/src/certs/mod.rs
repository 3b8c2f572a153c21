//! `hallpass certs`: checks the certificates of a deployment and its database.

mod certificate;
mod handshake;
mod roots;

use std::io;

use hallpass_core::config::DatabaseConfig;
use serde::Serialize;
use serde_json::json;
use time::{Duration, OffsetDateTime};

use crate::cli::CertsOptions;
use crate::clock;
use crate::environment::Environment;
use crate::failure::{Exit, Failure};
use crate::output::{BAD, GOOD, Output, wrapped};
use crate::site::origin::Origin;
use crate::table::{self, flexible, number, text};
pub(crate) use certificate::Certificate;
use handshake::{Endpoint, Kind, Seen};

/// Result for one endpoint.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Line {
    /// `deployment`, `database` or `directDatabase`.
    name: &'static str,
    /// Host and port.
    address: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    certificate: Option<Shown>,
    /// Why no certificate is needed.
    note: Option<&'static str>,
    problem: Option<String>,
    #[serde(skip)]
    exit: Exit,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Shown {
    #[serde(with = "time::serde::rfc3339")]
    expires_at: OffsetDateTime,
    /// Remaining validity in whole days; negative if the certificate has expired.
    days_left: i64,
    issuer: String,
    subject: String,
}

pub(crate) async fn run(
    environment: &Environment,
    output: Output,
    options: &CertsOptions,
) -> Result<Exit, Failure> {
    let endpoints = endpoints(environment, options)?;
    let now = clock::now();
    let mut lines = Vec::with_capacity(endpoints.len());
    for (name, endpoint) in endpoints {
        lines.push(inspect(name, endpoint, now, options.warn).await);
    }
    let is_breached = lines.iter().any(|line| line.problem.is_some());
    let json = json!({
        "warnDays": options.warn.whole_days(),
        "certificates": lines,
        "isBreached": is_breached,
    });
    output.answer(&json, |out| show(out, &lines))?;
    // If several endpoints have problems, a certificate problem determines the exit code, not an unreachable server.
    let exits = lines.iter().map(|line| line.exit);
    let worst = exits.max_by_key(|exit| match exit {
        Exit::Done => 0,
        Exit::Breach => 2,
        _ => 1,
    });
    Ok(worst.unwrap_or(Exit::Done))
}

/// Certificate of a database server; `None` if it has none or cannot be reached.
pub(crate) async fn of_database(
    environment: &Environment,
    database: &DatabaseConfig,
    now: OffsetDateTime,
) -> Option<Certificate> {
    let endpoint = database_endpoint(environment, database).ok()?;
    match handshake::inspect(endpoint, now).await {
        Ok(Seen::Certificate { found, .. }) => Some(found),
        _ => None,
    }
}

fn database_endpoint(
    environment: &Environment,
    database: &DatabaseConfig,
) -> Result<Endpoint, Failure> {
    let kind = Kind::Postgres {
        is_local: database.is_local(),
    };
    let (host, port) = database.endpoint().unwrap_or(("", 0));
    let roots = roots::of_database(environment, database)?;
    Ok(Endpoint::new(host, port, kind, roots))
}

fn endpoints(
    environment: &Environment,
    options: &CertsOptions,
) -> Result<Vec<(&'static str, Endpoint)>, Failure> {
    let mut endpoints = Vec::new();
    if let Some(url) = &options.url {
        let origin = Origin::parse(url)?;
        let roots = match &options.ca_cert {
            Some(path) => roots::of_file(path)?,
            None => roots::public(),
        };
        let kind = if origin.is_https {
            Kind::Https
        } else {
            Kind::PlainHttp
        };
        endpoints.push((
            "deployment",
            Endpoint::new(&origin.host, origin.port, kind, roots),
        ));
    }
    let databases = [
        ("database", environment.database()),
        ("directDatabase", environment.direct()),
    ];
    for (name, database) in databases {
        let database = match database {
            Ok(database) => database,
            // If a deployment is given, the database is optional.
            Err(_) if !endpoints.is_empty() && !environment.names_database() => continue,
            Err(errors) => return Err(errors.into()),
        };
        let endpoint = database_endpoint(environment, &database)?;
        let is_there = |(_, other): &(&str, Endpoint)| other.is_at(&endpoint);
        if !endpoints.iter().any(is_there) {
            endpoints.push((name, endpoint));
        }
    }
    Ok(endpoints)
}

async fn inspect(
    name: &'static str,
    endpoint: Endpoint,
    now: OffsetDateTime,
    warn: Duration,
) -> Line {
    let address = endpoint.address();
    let is_database = matches!(endpoint.kind, Kind::Postgres { .. });
    let mut line = Line {
        name,
        address,
        certificate: None,
        note: None,
        problem: None,
        exit: Exit::Done,
    };
    match handshake::inspect(endpoint, now).await {
        Ok(Seen::NoneNeeded(note)) => line.note = Some(note),
        Ok(Seen::Insecure(problem)) => {
            line.problem = Some(problem.to_owned());
            line.exit = Exit::Breach;
        }
        Ok(Seen::Certificate { found, mistrust }) => {
            line.problem = mistrust.or_else(|| too_near(&found, now, warn));
            if line.problem.is_some() {
                line.exit = Exit::Breach;
            }
            line.certificate = Some(Shown {
                expires_at: found.expires_at,
                days_left: found.days_left(now),
                issuer: found.issuer,
                subject: found.subject,
            });
        }
        Err(why) => {
            line.problem = Some(why);
            line.exit = if is_database {
                Exit::DatabaseUnavailable
            } else {
                Exit::Unreachable
            };
        }
    }
    line
}

fn too_near(found: &Certificate, now: OffsetDateTime, warn: Duration) -> Option<String> {
    (found.expires_at - now < warn).then(|| {
        let days = found.days_left(now);
        format!(
            "expires in {days} days, but at least {} are required",
            warn.whole_days()
        )
    })
}

fn show(out: &mut dyn io::Write, lines: &[Line]) -> io::Result<()> {
    let columns = [
        text("ENDPOINT"),
        flexible("ADDRESS", 20),
        text("EXPIRES"),
        number("DAYS LEFT"),
        flexible("ISSUER", 20),
    ];
    let rows: Vec<_> = lines
        .iter()
        .map(|line| {
            let shown = line.certificate.as_ref();
            let none = || "–".to_owned();
            [
                line.name.to_owned(),
                line.address.clone(),
                shown.map_or_else(none, |shown| clock::day(shown.expires_at)),
                shown.map_or_else(none, |shown| shown.days_left.to_string()),
                shown.map_or_else(none, |shown| shown.issuer.clone()),
            ]
        })
        .collect();
    table::write(out, &columns, &rows)?;
    writeln!(out)?;
    for line in lines {
        let (style, text) = match (&line.problem, line.note) {
            (Some(problem), _) => (BAD, problem.as_str()),
            (None, Some(note)) => (GOOD, note),
            (None, None) => (GOOD, "valid"),
        };
        let text = wrapped(text, line.name.len() + 2);
        writeln!(out, "{style}{}:{style:#} {text}", line.name)?;
    }
    if lines.iter().any(|line| line.exit == Exit::Breach) {
        writeln!(
            out,
            "→ Vercel renews the certificates of its domains automatically: check with `vercel certs ls`.\n  \
             The operator of the database renews the certificate of its server."
        )?;
    }
    Ok(())
}
