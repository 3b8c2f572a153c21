//! `hallpass watch`: samples a deployment and its database, and compares the samples with the thresholds.

mod database_metrics;
mod metric;
mod sample;
mod summary;

use std::time::{Duration, Instant};

use hallpass_core::db::Db;

use super::client::Site;
use super::contact::contact;
use crate::cli::WatchOptions;
use crate::environment::Environment;
use crate::failure::{Exit, Failure};
use crate::interrupt::Interrupt;
use crate::output::Output;
use metric::Metric;
use sample::Sample;
use summary::{End, Summary};

/// Maximum time to wait for open connections to close.
const CLOSE: Duration = Duration::from_secs(1);
/// Interval of progress lines if standard error is not a terminal.
const PROGRESS_INTERVAL: Duration = Duration::from_mins(1);

pub(crate) async fn run(
    environment: &Environment,
    output: Output,
    options: &WatchOptions,
) -> Result<Exit, Failure> {
    let site = Site::named(environment, &options.site)?;
    let db = if options.public {
        None
    } else {
        Some(database(environment)?)
    };
    let mut interrupt = Interrupt::listen();
    let began = Instant::now();
    let mut samples = Vec::new();
    let watched = tokio::select! {
        watched = watch(&site, db.as_ref(), output, options, &mut samples) => watched,
        () = interrupt.recv() => Ok(End::Interrupted),
    };
    if let Some(db) = db {
        db.close(CLOSE).await;
    }
    let summary = Summary::new(&samples, watched?, began.elapsed());
    output.answer(&summary.json(&site.origin.text), |out| {
        summary.show(out, &site.origin.text)
    })?;
    match summary.end {
        _ if summary.is_breached() => Ok(Exit::Breach),
        End::Interrupted => Err(Failure::new(
            Exit::Failed,
            "interrupted",
            "interrupted early; no threshold was exceeded until then",
        )),
        End::TimeIsOver | End::BreachLasts => Ok(Exit::Done),
    }
}

fn database(environment: &Environment) -> Result<Db, Failure> {
    let mut database = environment.database().map_err(|errors| {
        Failure::from(errors).next(
            "connections and failed sign-ins are read from the database: set DATABASE_URL, pass a file with \
             `--env-file FILE`, or only sample HTTP responses with `--public`",
        )
    })?;
    database.max_connections = 1;
    Ok(Db::new(&database))
}

async fn watch(
    site: &Site,
    db: Option<&Db>,
    output: Output,
    options: &WatchOptions,
    samples: &mut Vec<Sample>,
) -> Result<End, Failure> {
    let (span, every) = (options.span.unsigned_abs(), options.every.unsigned_abs());
    contact(site).await?;
    if let Some(db) = db {
        // If the database cannot be reached at the start, the configuration is wrong. Later, it is an outage to report.
        database_metrics::read(db).await?;
    }
    let began = Instant::now();
    let mut last_progress = began;
    let mut number = 0;
    loop {
        samples.push(sample::take(site, db).await);
        if summary::is_terminal(output)
            || last_progress.elapsed() >= PROGRESS_INTERVAL
            || number == 0
        {
            last_progress = Instant::now();
            summary::print_progress(output, samples, span.saturating_sub(began.elapsed()));
        }
        if Metric::ALL.iter().any(|metric| metric.lasts(samples)) {
            return Ok(End::BreachLasts);
        }
        number += 1;
        let next = every.saturating_mul(number);
        if next > span {
            return Ok(End::TimeIsOver);
        }
        tokio::time::sleep(next.saturating_sub(began.elapsed())).await;
    }
}
