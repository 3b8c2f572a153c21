//! `hallpass db` on the command line.

use std::ffi::OsString;

use clap::{Args, Subcommand, ValueEnum};
use time::Duration;

use super::examples;
use crate::units::duration;

#[derive(Debug, Subcommand)]
pub(crate) enum DbCommand {
    /// Show connections, the longest transaction and the connection limits
    #[command(after_long_help = examples::DB_CONNECTIONS)]
    Connections,
    /// Show the slowest statements, from `pg_stat_statements`
    #[command(after_long_help = examples::DB_SLOW)]
    Slow(SlowOptions),
    /// Show the sizes and row counts of tables
    #[command(after_long_help = examples::DB_SIZES)]
    Sizes,
    /// Find unused, invalid and duplicate indexes
    #[command(after_long_help = examples::DB_INDEXES)]
    Indexes,
    /// Update the planner statistics (ANALYZE), table by table
    #[command(after_long_help = examples::DB_ANALYZE)]
    Analyze {
        /// Show how stale the statistics are, without updating them
        #[arg(long)]
        dry_run: bool,
    },
    /// Open psql on the direct connection, without a password on the command line
    #[command(after_long_help = examples::DB_PSQL)]
    Psql {
        /// Arguments for psql, such as `-c 'select 1'`
        #[arg(
            trailing_var_arg = true,
            allow_hyphen_values = true,
            value_name = "ARGUMENTS"
        )]
        arguments: Vec<OsString>,
    },
    /// Delete ended sessions, stale rate-limit counters and old audit events
    #[command(after_long_help = examples::DB_PURGE)]
    Purge(PurgeOptions),
}

#[derive(Debug, Args)]
pub(crate) struct SlowOptions {
    /// Number of statements (1 to 100)
    #[arg(long, default_value_t = 10, value_parser = clap::value_parser!(i64).range(1..=100))]
    pub(crate) limit: i64,
    /// Sort order
    #[arg(long, value_enum, default_value_t = SlowOrder::Total)]
    pub(crate) sort: SlowOrder,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum SlowOrder {
    /// Total time of all calls
    Total,
    /// Mean time of a call
    Mean,
    /// Number of calls
    Calls,
}

#[derive(Debug, Args)]
pub(crate) struct PurgeOptions {
    /// Count the rows that would be deleted, without deleting them
    #[arg(long)]
    pub(crate) dry_run: bool,
    /// Skip the confirmation prompt
    #[arg(long, short)]
    pub(crate) yes: bool,
    /// How long to keep audit events (at least 30d)
    #[arg(long, value_name = "DURATION", default_value = "400d", value_parser = duration)]
    pub(crate) keep_audit: Duration,
    /// How long to keep sessions after they have ended
    #[arg(long, value_name = "DURATION", default_value = "30d", value_parser = duration)]
    pub(crate) keep_sessions: Duration,
    /// Rows to scan per transaction (1 to 100000)
    #[arg(long, default_value_t = 5000, value_parser = clap::value_parser!(i32).range(1..=100_000))]
    pub(crate) batch: i32,
}
