//! `hallpass db` on the command line.

use std::ffi::OsString;

use clap::{Args, Subcommand, ValueEnum};
use time::Duration;

use crate::units::duration;

#[derive(Debug, Subcommand)]
pub(crate) enum DbCommand {
    /// Who is connected and in which state, the longest transaction, and how many more may come
    Connections,
    /// The statements that take the most time, by `pg_stat_statements`
    Slow(SlowOptions),
    /// How large tables, indexes and long values are, and how many rows there are
    Sizes,
    /// Indexes that nobody uses, that are invalid, or that are there twice
    Indexes,
    /// Renew the planner's statistics, table by table
    Analyze {
        /// Show the tables and how stale their statistics are, and change nothing
        #[arg(long)]
        dry_run: bool,
    },
    /// Open psql on the direct connection; the password is in no command line
    Psql {
        /// What psql is given: `-c 'select 1'`
        #[arg(
            trailing_var_arg = true,
            allow_hyphen_values = true,
            value_name = "ARGUMENTS"
        )]
        arguments: Vec<OsString>,
    },
    /// Delete sessions that are long over, stale throttle counters and old audit events
    Purge(PurgeOptions),
}

#[derive(Debug, Args)]
pub(crate) struct SlowOptions {
    /// How many statements, 1 to 100
    #[arg(long, default_value_t = 10, value_parser = clap::value_parser!(i64).range(1..=100))]
    pub(crate) limit: i64,
    /// What comes first
    #[arg(long, value_enum, default_value_t = SlowOrder::Total)]
    pub(crate) sort: SlowOrder,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum SlowOrder {
    /// The time of all calls together
    Total,
    /// The time of a call
    Mean,
    /// The number of calls
    Calls,
}

#[derive(Debug, Args)]
pub(crate) struct PurgeOptions {
    /// Count what would go, and change nothing
    #[arg(long)]
    pub(crate) dry_run: bool,
    /// Do not ask
    #[arg(long, short)]
    pub(crate) yes: bool,
    /// How long audit events are kept, at least 30d
    #[arg(long, value_name = "TIME", default_value = "400d", value_parser = duration)]
    pub(crate) keep_audit: Duration,
    /// How long sessions are kept after their end
    #[arg(long, value_name = "TIME", default_value = "30d", value_parser = duration)]
    pub(crate) keep_sessions: Duration,
    /// How many rows are looked at in one transaction
    #[arg(long, default_value_t = 5000, value_parser = clap::value_parser!(i32).range(1..=100_000))]
    pub(crate) batch: i32,
}
