//! `hallpass audit` on the command line.

use clap::{Args, Subcommand, ValueEnum};
use time::Duration;

use crate::units::duration;

#[derive(Debug, Subcommand)]
pub(crate) enum AuditCommand {
    /// Show what happened, the newest first
    Recent(RecentOptions),
    /// Look for guessing, stolen tokens and new administrators
    Suspicious {
        /// How far back to look
        #[arg(long, value_name = "TIME", default_value = "24h", value_parser = duration)]
        since: Duration,
    },
}

#[derive(Debug, Args)]
pub(crate) struct RecentOptions {
    /// Only events of this name; may be repeated
    #[arg(long = "event", value_name = "NAME")]
    pub(crate) events: Vec<String>,
    /// Only changes of accounts, roles, passwords and links
    #[arg(long, conflicts_with = "events")]
    pub(crate) changes: bool,
    /// Only events that matter as much
    #[arg(long, value_enum)]
    pub(crate) severity: Option<Severity>,
    /// Only what this user did, or what was done to them
    #[arg(long, value_name = "ID|EMAIL")]
    pub(crate) user: Option<String>,
    /// How far back to look
    #[arg(long, value_name = "TIME", default_value = "7d", value_parser = duration)]
    pub(crate) since: Duration,
    /// How many at most, 1 to 1000
    #[arg(long, default_value_t = 50, value_parser = clap::value_parser!(i64).range(1..=1000))]
    pub(crate) limit: i64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Severity {
    /// Everyday life
    Info,
    /// Something that failed, or that matters
    Warning,
    /// An attack, most likely
    Critical,
}

impl Severity {
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Info => "info",
            Self::Warning => "warning",
            Self::Critical => "critical",
        }
    }
}
