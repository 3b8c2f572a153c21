//! `hallpass metrics`: prints metrics as a list, as JSON or in the `OpenMetrics` text format.

use std::io;
use std::time::Duration;

use hallpass_core::db::Db;
use hallpass_core::monitoring::metrics::{self, Metric};
use serde_json::json;

use crate::cli::MetricsOptions;
use crate::environment::Environment;
use crate::failure::{Exit, Failure};
use crate::output::Output;

/// Maximum time to wait for open connections to close.
const CLOSE: Duration = Duration::from_secs(1);

pub(crate) async fn run(
    environment: &Environment,
    output: Output,
    options: &MetricsOptions,
) -> Result<Exit, Failure> {
    let mut database = environment.database()?;
    database.max_connections = 1;
    let db = Db::new(&database);
    let figures = metrics::sample(&db).await;
    db.close(CLOSE).await;
    let metrics = metrics::metrics(&figures?, env!("CARGO_PKG_VERSION"));
    let list: Vec<_> = metrics.iter().map(json_of).collect();
    output.answer(&json!({"metrics": list}), |out| {
        if options.openmetrics {
            out.write_all(metrics::openmetrics(&metrics).as_bytes())
        } else {
            people(out, &metrics)
        }
    })?;
    Ok(Exit::Done)
}

fn json_of(metric: &Metric) -> serde_json::Value {
    let mut object = json!({"name": metric.name, "value": metric.value, "help": metric.help});
    if let Some((label, value)) = &metric.label {
        object["labels"] = json!({*label: value});
    }
    object
}

fn people(out: &mut dyn io::Write, metrics: &[Metric]) -> io::Result<()> {
    for metric in metrics {
        writeln!(out, "{:<60}{}", metric.series(), metric.value)?;
    }
    Ok(())
}
