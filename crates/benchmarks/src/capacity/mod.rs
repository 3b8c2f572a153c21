//! What a deployment with many users needs, calculated from what the other suites measured. Nothing is measured here.

mod constants;
mod demand;
mod waiting;

use std::io::Write as _;
use std::path::PathBuf;

use crate::Result;
use constants::{Constants, Operation};
use demand::{Demand, Prices, Use};

/// Options of the command.
#[derive(Debug, clap::Args)]
pub(crate) struct Options {
    /// Figures of `cargo benchmarks load`
    #[arg(
        long,
        value_name = "FILE",
        default_value = "docs/reference/measured/load.json"
    )]
    load: PathBuf,
    /// Figures of `cargo benchmarks scale`; the largest size counts
    #[arg(
        long,
        value_name = "FILE",
        default_value = "docs/reference/measured/scale.json"
    )]
    scale: PathBuf,
    /// Number of users; repeat it for several columns
    #[arg(long, default_values_t = [10_000_000_u64, 100_000_000, 1_000_000_000], value_parser = clap::value_parser!(u64).range(1..=10_000_000_000))]
    users: Vec<u64>,
    #[command(flatten)]
    usage: Use,
    #[command(flatten)]
    prices: Prices,
    /// Print the figures as JSON
    #[arg(long)]
    json: bool,
}

/// Runs the command.
pub(crate) fn run(options: &Options) -> Result<()> {
    let constants = Constants::read(&options.load, &options.scale)?;
    let demands: Vec<Demand> = options
        .users
        .iter()
        .map(|users| Demand::of(*users, &options.usage, &constants, &options.prices))
        .collect();
    let mut out = std::io::stdout().lock();
    if options.json {
        writeln!(out, "{}", serde_json::to_string_pretty(&demands)?)?;
        return Ok(());
    }
    writeln!(out, "Measured, for each request:\n")?;
    writeln!(
        out,
        "{:<16} {:>13} {:>15} {:>11}",
        "", "in function", "in PostgreSQL", "statements"
    )?;
    for operation in Operation::ALL {
        let cost = constants.cost(operation);
        writeln!(
            out,
            "{:<16} {:>10.0} µs {:>12.0} µs {:>11}",
            operation.name(),
            cost.function,
            cost.server,
            operation.statements()
        )?;
    }
    writeln!(
        out,
        "\nMeasured, for each row with its indexes: user {:.0} bytes, session {:.0}, audit event {:.0}\n",
        constants.user, constants.session, constants.event
    )?;
    writeln!(out, "Calculated:\n")?;
    let cell = |text: String| format!("{text:>16}");
    for (label, value) in Demand::ROWS {
        let cells: String = demands.iter().map(|demand| cell(value(demand))).collect();
        writeln!(out, "{label:<44}{cells}")?;
    }
    writeln!(
        out,
        "\nSimulated: waiting for a processor of the database (ms)\n"
    )?;
    writeln!(
        out,
        "{:<16} {:>10} {:>10} {:>10}",
        "used", "median", "99 %", "99.9 %"
    )?;
    let cores = options.usage.database_cores;
    let service = constants.mean_service(&options.usage);
    for used in [50, 60, 70, 80, 90, 95] {
        let waits = waiting::simulate(cores, service, f64::from(used) / 100.0);
        let [median, most, nearly_all] = waits.map(|seconds| seconds * 1e3);
        writeln!(
            out,
            "{:<16} {median:>10.2} {most:>10.2} {nearly_all:>10.2}",
            format!("{used} % of {cores}")
        )?;
    }
    Ok(())
}
