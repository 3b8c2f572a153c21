//! Options of `cargo benchmarks scale`.

use std::path::PathBuf;

/// Measure every operation with thousands to millions of users
///
/// The users, sessions and audit events are generated once for each size and kept. An interrupted run continues.
#[derive(Clone, Debug, clap::Args)]
pub(crate) struct Options {
    /// Number of users. Give the option several times to measure several sizes.
    #[arg(long, default_values_t = [10_000], value_parser = clap::value_parser!(u64).range(1_000..=100_000_000))]
    pub(super) users: Vec<u64>,
    /// Number of sessions; by default two for each user
    #[arg(long)]
    pub(super) sessions: Option<u64>,
    /// Number of audit events; by default two for each user
    #[arg(long)]
    pub(super) events: Option<u64>,
    /// Directory of the data sets; by default target/scale
    #[arg(long, value_name = "DIR")]
    pub(super) data: Option<PathBuf>,
    /// Use the database at this URL instead of a server that is started for the purpose. The role must be a superuser.
    #[arg(long, value_name = "URL", conflicts_with = "data")]
    pub(super) database_url: Option<String>,
    /// Write the results into this file, beside those of other sizes that it has
    #[arg(long, value_name = "FILE")]
    pub(super) json: Option<PathBuf>,
    /// Write charts of all results in the file into this directory
    #[arg(long, value_name = "DIR", requires = "json")]
    pub(super) charts: Option<PathBuf>,
    /// Generate and check the data only
    #[arg(long)]
    pub(super) generate_only: bool,
    /// Compare plans, pages and rows of 10,000 and of 300,000 users, and fail if one of them grows too much. Takes no times
    #[arg(long, conflicts_with_all = ["users", "sessions", "events", "data", "database_url", "generate_only"])]
    pub(super) short: bool,
}
