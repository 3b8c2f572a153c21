//! `hallpass review`, `capacity`, `metrics`, `alerts` and `secrets` on the command line.

use clap::{ArgGroup, Args, Subcommand};
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
pub(crate) enum AlertsCommand {
    /// Send a test message to `HALLPASS_ALERT_WEBHOOK` and print what it answers
    Test,
}

#[derive(Debug, Subcommand)]
pub(crate) enum SecretsCommand {
    /// Print a fresh `HALLPASS_SECRET`: 32 random bytes in base64
    New,
    /// Print the secret with which the receiver of alerts verifies them (Standard Webhooks)
    Webhook,
    /// Replace `HALLPASS_SECRET` in two steps, so that nobody is signed out
    Rotate(RotateOptions),
}

#[derive(Debug, Args)]
#[expect(clippy::struct_excessive_bools, reason = "each is a flag of its own")]
#[command(group(ArgGroup::new("step").args(["verify", "finish", "at_once"])))]
pub(crate) struct RotateOptions {
    /// After a deployment: see which secrets it knows, and that sessions of before go on
    #[arg(long, value_name = "URL")]
    pub(crate) verify: Option<String>,
    /// Drop the secret before, once nothing depends on it
    #[arg(long)]
    pub(crate) finish: bool,
    /// A secret that somebody else knows: replace it without a second step; signs everybody out
    #[arg(long)]
    pub(crate) at_once: bool,
    /// With --finish: drop it though sessions and links depend on it
    #[arg(long, requires = "finish")]
    pub(crate) early: bool,
    /// Say what would be done and change nothing
    #[arg(long, conflicts_with = "verify")]
    pub(crate) dry_run: bool,
    /// Do not ask
    #[arg(long)]
    pub(crate) yes: bool,
    /// With --verify: trust the CAs in FILE (PEM) instead of the public ones
    #[arg(long, value_name = "FILE", requires = "verify")]
    pub(crate) ca_cert: Option<std::path::PathBuf>,
}
