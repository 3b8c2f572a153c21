//! `hallpass review`, `capacity`, `metrics` and `secrets` on the command line.

use clap::{Args, Subcommand};
use time::Duration;

use crate::units::{bytes_of, duration, months};

#[derive(Debug, Subcommand)]
pub(crate) enum ReviewCommand {
    /// Who may do what to others, who of them is not seen any more, and which links lie about
    Access {
        /// Without a sign-in for so long, somebody is not seen any more
        #[arg(long, value_name = "TIME", default_value = "90d", value_parser = duration)]
        inactive: Duration,
    },
}

#[derive(Debug, Args)]
pub(crate) struct CapacityOptions {
    /// How far ahead to look: 12m or 2y
    #[arg(long, value_name = "TIME", default_value = "12m", value_parser = months)]
    pub(crate) horizon: u32,
    /// How much the database may hold, such as 512MB or 10GB: tells when it is 80 % full
    #[arg(long, value_name = "SIZE", value_parser = bytes_of)]
    pub(crate) storage: Option<i64>,
}

#[derive(Debug, Args)]
pub(crate) struct MetricsOptions {
    /// In the OpenMetrics text format, for a scraper
    #[arg(long, conflicts_with = "json")]
    pub(crate) openmetrics: bool,
}

#[derive(Debug, Subcommand)]
pub(crate) enum SecretsCommand {
    /// Print a fresh `HALLPASS_SECRET`: 32 random bytes in base64
    New,
    /// Print the secret with which the receiver of alerts verifies them (Standard Webhooks)
    Webhook,
}
