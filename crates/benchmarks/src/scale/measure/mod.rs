//! Executes all operations in random order, each function over one connection, and asks the server what they cost.

mod operations;
mod plans;
mod statistics;
mod storage;
mod summary;
mod terms;
mod upkeep;

use std::collections::BTreeSet;

use serde::Serialize;
use sqlx::{Connection as _, PgConnection};

use super::data::DataSet;
use super::people::{Subject, chances};
use super::product::{Call, Product};
use crate::Result;
use operations::Operation;
pub(crate) use operations::{Effort, Kind, encoded};
pub(crate) use plans::Plan;
use plans::PlanLog;
use statistics::{Counted, Statistics};
pub(crate) use summary::Summary;
pub(crate) use upkeep::{Upkeep, measure as upkeep};

/// Measurements of a data set.
#[derive(Debug)]
pub(crate) struct Measurement {
    pub(crate) operations: Vec<Measured>,
    /// All searches together.
    pub(crate) search: Search,
}

/// What a search costs, over terms of every kind.
#[derive(Debug, Serialize)]
pub(crate) struct Search {
    /// Number of searches.
    pub(crate) searches: usize,
    pub(crate) server: Summary,
    pub(crate) response: Summary,
}

/// What an operation costs.
#[derive(Debug, Serialize)]
pub(crate) struct Measured {
    pub(crate) name: String,
    #[serde(skip)]
    pub(crate) kind: Kind,
    pub(crate) function: &'static str,
    pub(crate) executions: usize,
    /// Requests that were not successful.
    pub(crate) failures: usize,
    /// Database connections that the executions used.
    pub(crate) connections: usize,
    /// Most statements of one request.
    pub(crate) statements: i64,
    /// Planning and execution in the server, in milliseconds.
    pub(crate) server: Summary,
    /// Time until the response, in milliseconds.
    pub(crate) response: Summary,
    /// Pages of 8 KiB that the server looked at.
    pub(crate) buffers: Summary,
    /// Bytes of the write-ahead log.
    pub(crate) log_bytes: Summary,
    /// How the statements were executed after all of these executions, if the server's log can be read.
    pub(crate) plan: Option<Plan>,
}

struct Sample {
    counted: Counted,
    milliseconds: f64,
    succeeded: bool,
}

/// Measures all operations on this data set.
pub(crate) async fn run(
    product: &mut Product,
    set: &DataSet,
    effort: Effort,
) -> Result<Measurement> {
    let operations = operations::all(product, &set.size, effort).await?;
    let mut statistics = Statistics::new(PgConnection::connect(&set.url).await?);
    let functions: BTreeSet<_> = operations.iter().map(|one| one.function).collect();
    let mut measured = Vec::new();
    let mut searches = Vec::new();
    // A connection that is idle for five seconds is closed, so each function's operations are executed together.
    for function in functions {
        let of_function: Vec<_> = operations
            .iter()
            .filter(|operation| operation.function == function)
            .collect();
        let samples = execute(product, &mut statistics, &of_function).await?;
        let plans = match &set.server {
            Some(server) => {
                let connection = statistics.connection();
                let mut log = PlanLog::begin(connection, server.data_path()).await?;
                let mut plans = Vec::new();
                for operation in &of_function {
                    plans.push(Some(
                        explain(product, &mut log, connection, operation, effort).await?,
                    ));
                }
                log.end(connection).await?;
                plans
            }
            None => of_function.iter().map(|_| None).collect(),
        };
        for (operation, samples) in of_function.iter().zip(&samples) {
            if operation.kind == Kind::Search {
                searches.extend(
                    samples
                        .iter()
                        .map(|one| (one.counted.time, one.milliseconds)),
                );
            }
        }
        let results = of_function.iter().zip(samples).zip(plans);
        measured.extend(
            results.map(|((operation, samples), plan)| Measured::of(operation, &samples, plan)),
        );
    }
    let search = Search {
        searches: searches.len(),
        server: Summary::of(searches.iter().map(|(server, _)| *server)),
        response: Summary::of(searches.iter().map(|(_, response)| *response)),
    };
    Ok(Measurement {
        operations: measured,
        search,
    })
}

/// Executes all requests, those of different operations in random order.
async fn execute(
    product: &mut Product,
    statistics: &mut Statistics,
    operations: &[&Operation],
) -> Result<Vec<Vec<Sample>>> {
    let mut order: Vec<_> = operations
        .iter()
        .enumerate()
        .flat_map(|(position, operation)| std::iter::repeat_n(position, operation.calls.len()))
        .collect();
    chances(Subject::Operation, 1).shuffle(&mut order);
    let mut samples: Vec<Vec<Sample>> = operations.iter().map(|_| Vec::new()).collect();
    // The first request of an instance asks some questions about the database.
    product.send(&operations[0].calls[0]).await?;
    for position in order {
        product.renew().await?;
        let call = &operations[position].calls[samples[position].len()];
        statistics.reset().await?;
        let answer = product.send(call).await?;
        samples[position].push(Sample {
            counted: statistics.read().await?,
            milliseconds: answer.took.as_secs_f64() * 1000.0,
            succeeded: (200..300).contains(&answer.status),
        });
    }
    Ok(samples)
}

/// The plans of some more executions on the same connection.
async fn explain(
    product: &mut Product,
    log: &mut PlanLog,
    connection: &mut PgConnection,
    operation: &Operation,
    effort: Effort,
) -> Result<Plan> {
    let count = if operation.kind == Kind::Search {
        effort.terms
    } else {
        2
    };
    let mut merged = Plan::default();
    for call in operation.calls.iter().take(count) {
        if is_once(call) {
            continue;
        }
        product.renew().await?;
        log.skip()?;
        product.send(call).await?;
        merged.merge(log.read(connection).await?);
    }
    Ok(merged)
}

/// Whether a request cannot be repeated.
fn is_once(call: &Call) -> bool {
    call.method == hyper::Method::POST && call.path == "/api/users"
}

impl Measured {
    fn of(operation: &Operation, samples: &[Sample], plan: Option<Plan>) -> Self {
        let of = |value: fn(&Sample) -> f64| Summary::of(samples.iter().map(value));
        let backends: BTreeSet<_> = samples.iter().map(|one| one.counted.backend).collect();
        Self {
            name: operation.name.clone(),
            kind: operation.kind,
            function: operation.function,
            executions: samples.len(),
            failures: samples.iter().filter(|one| !one.succeeded).count(),
            connections: backends.len(),
            statements: samples
                .iter()
                .map(|one| one.counted.statements)
                .max()
                .unwrap_or_default(),
            server: of(|one| one.counted.time),
            response: of(|one| one.milliseconds),
            buffers: of(|one| precise(one.counted.buffers)),
            log_bytes: of(|one| precise(one.counted.log_bytes)),
            plan,
        }
    }
}

#[expect(clippy::cast_precision_loss, reason = "a count of pages or bytes")]
fn precise(count: i64) -> f64 {
    count as f64
}
