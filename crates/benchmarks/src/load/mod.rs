//! Requests per second, CPU time, memory and cold start, beside what PostgreSQL and other systems do in the same run.
//!
//! Both sides of a ratio are measured alternately, so that other load on the machine affects both.

mod measures;
mod peers;
mod process;
mod report;
mod stack;
mod traffic;

use std::error::Error;
use std::io::Write as _;
use std::path::PathBuf;

use clap::ValueEnum as _;

use measures::{Context, Measure};
use peers::Peer;
use report::{Figure, Machine};

/// What a measurement returns if it cannot be made.
pub(super) type Failure = Box<dyn Error + Send + Sync>;

/// Options of the command.
#[derive(Debug, clap::Args)]
pub(crate) struct Options {
    /// List the measurements
    #[arg(long)]
    list: bool,
    /// Make these measurements only
    #[arg(long, value_delimiter = ',', value_name = "MEASUREMENT")]
    only: Vec<Measure>,
    /// Leave out another system
    #[arg(long, value_delimiter = ',', value_name = "SYSTEM")]
    without: Vec<Peer>,
    /// Duration of each side's turn in seconds
    #[arg(long, default_value_t = 5, value_parser = clap::value_parser!(u64).range(1..=600))]
    seconds: u64,
    /// Number of turns of each side; the median counts
    #[arg(long, default_value_t = 3, value_parser = clap::value_parser!(u32).range(1..=100))]
    rounds: u32,
    /// Write the figures to a file as JSON
    #[arg(long, value_name = "FILE")]
    json: Option<PathBuf>,
    /// Draw a chart of the ratios into this directory
    #[arg(long, value_name = "DIRECTORY")]
    charts: Option<PathBuf>,
}

/// Runs the command.
pub(crate) async fn run(options: Options) -> Result<(), Failure> {
    if options.list {
        list()
    } else {
        measure(options).await
    }
}

async fn measure(options: Options) -> Result<(), Failure> {
    let measures = if options.only.is_empty() {
        Measure::value_variants().to_vec()
    } else {
        options.only.clone()
    };
    let without = |peer: &&Peer| !options.without.contains(peer);
    let peers: Vec<Peer> = Peer::value_variants()
        .iter()
        .filter(without)
        .filter(|_| measures.iter().any(|measure| measure.needs_peers()))
        .copied()
        .collect();
    // Everything that can be missing is built or looked for first: nobody should wait for minutes to read of it.
    stack::build()?;
    let pgbench = stack::pgbench_program().await?;
    for peer in &peers {
        progress(&format!("preparing {peer}"));
        peer.prepare()?;
    }
    let mut context = Context {
        stack: stack::Stack::start(pgbench).await?,
        peers,
        seconds: options.seconds,
        rounds: options.rounds,
    };
    let mut figures: Vec<Figure> = Vec::new();
    for measure in measures {
        progress(measure.describe());
        figures.extend(measure.make(&mut context).await?);
        // What was measured is kept if a later measurement fails.
        if let Some(file) = &options.json {
            std::fs::write(file, report::json(&Machine::of_this(), &figures)?)?;
        }
    }
    context.stack.stop().await?;
    if let Some(directory) = &options.charts {
        std::fs::create_dir_all(directory)?;
        std::fs::write(directory.join("load.svg"), report::chart(&figures))?;
    }
    let mut output = std::io::stdout();
    report::table(&mut output, &Machine::of_this(), &figures)?;
    let missed = figures.iter().filter(|figure| figure.is_missed()).count();
    if missed > 0 {
        return Err(format!("{missed} goals are missed").into());
    }
    Ok(())
}

fn list() -> Result<(), Failure> {
    let mut output = std::io::stdout();
    for measure in Measure::value_variants() {
        writeln!(output, "{:<14} {}", measure.to_string(), measure.describe())?;
    }
    Ok(())
}

/// One line on standard error.
fn progress(text: &str) {
    let _reader_gone = writeln!(std::io::stderr(), "{text}");
}
