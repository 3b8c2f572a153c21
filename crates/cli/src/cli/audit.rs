//! `hallpass audit` on the command line.

use clap::{Args, Subcommand, ValueEnum};
use time::Duration;

use super::examples;
use crate::units::duration;

#[derive(Debug, Subcommand)]
pub(crate) enum AuditCommand {
    /// Show recent audit events, newest first
    #[command(after_long_help = examples::AUDIT_RECENT)]
    Recent(RecentOptions),
    /// Detect password guessing, token theft and new administrators
    #[command(after_long_help = examples::AUDIT_SUSPICIOUS)]
    Suspicious {
        /// Only include events from the last DURATION
        #[arg(long, value_name = "DURATION", default_value = "24h", value_parser = duration)]
        since: Duration,
    },
}

#[derive(Debug, Args)]
pub(crate) struct RecentOptions {
    /// Only show events with this name (repeatable)
    #[arg(long = "event", value_name = "NAME")]
    pub(crate) events: Vec<String>,
    /// Only show changes to accounts, roles, passwords and links
    #[arg(long, conflicts_with = "events")]
    pub(crate) changes: bool,
    /// Only show events of this severity
    #[arg(long, value_enum)]
    pub(crate) severity: Option<Severity>,
    /// Only show events by or about this user
    #[arg(long, value_name = "ID|EMAIL")]
    pub(crate) user: Option<String>,
    /// Only include events from the last DURATION
    #[arg(long, value_name = "DURATION", default_value = "7d", value_parser = duration)]
    pub(crate) since: Duration,
    /// Maximum number of events (1 to 1000)
    #[arg(long, default_value_t = 50, value_parser = clap::value_parser!(i64).range(1..=1000))]
    pub(crate) limit: i64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Severity {
    /// Routine event
    Info,
    /// Failure or security-relevant change
    Warning,
    /// Likely attack
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
