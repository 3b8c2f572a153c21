//! `hallpass review`, `capacity`, `metrics`, `alerts` and `secrets` on the command line.

use clap::{ArgGroup, Args, Subcommand};
use time::Duration;

use super::examples;
use crate::units::{bytes_of, duration, months};

#[derive(Debug, Subcommand)]
pub(crate) enum ReviewCommand {
    /// List users with permissions, inactive ones and unused one-time links
    #[command(after_long_help = examples::REVIEW_ACCESS)]
    Access {
        /// Report users who have not signed in for this long
        #[arg(long, value_name = "DURATION", default_value = "90d", value_parser = duration)]
        inactive: Duration,
    },
}

#[derive(Debug, Args)]
pub(crate) struct CapacityOptions {
    /// Forecast horizon in months or years, such as 12m or 2y
    #[arg(long, value_name = "DURATION", default_value = "12m", value_parser = months)]
    pub(crate) horizon: u32,
    /// Storage limit, such as 512MB or 10GB: estimate when it is 80 % full
    #[arg(long, value_name = "SIZE", value_parser = bytes_of)]
    pub(crate) storage: Option<i64>,
}

#[derive(Debug, Args)]
pub(crate) struct MetricsOptions {
    /// Print the OpenMetrics text format
    #[arg(long, conflicts_with = "json")]
    pub(crate) openmetrics: bool,
}

#[derive(Debug, Subcommand)]
pub(crate) enum AlertsCommand {
    /// Send a test message to `HALLPASS_ALERT_WEBHOOK` and print the response
    #[command(after_long_help = examples::ALERTS_TEST)]
    Test,
}

#[derive(Debug, Subcommand)]
pub(crate) enum SecretsCommand {
    /// Generate a `HALLPASS_SECRET`: 32 random bytes in base64
    #[command(after_long_help = examples::SECRETS_NEW)]
    New,
    /// Print the secret that verifies alert webhooks (Standard Webhooks)
    #[command(after_long_help = examples::SECRETS_WEBHOOK)]
    Webhook,
    /// Replace `HALLPASS_SECRET` in two steps, without signing anybody out
    #[command(after_long_help = examples::SECRETS_ROTATE)]
    Rotate(RotateOptions),
}

#[derive(Debug, Args)]
#[expect(clippy::struct_excessive_bools, reason = "each is a flag of its own")]
#[command(group(ArgGroup::new("step").args(["verify", "finish", "at_once"])))]
pub(crate) struct RotateOptions {
    /// After a deployment: check which secrets it uses and that old sessions continue
    #[arg(long, value_name = "URL")]
    pub(crate) verify: Option<String>,
    /// Remove the previous secret once nothing depends on it
    #[arg(long)]
    pub(crate) finish: bool,
    /// Replace a compromised secret in one step; signs everybody out
    #[arg(long)]
    pub(crate) at_once: bool,
    /// With --finish: remove it although sessions and links depend on it
    #[arg(long, requires = "finish")]
    pub(crate) early: bool,
    /// Show what would be done without changing anything
    #[arg(long, conflicts_with = "verify")]
    pub(crate) dry_run: bool,
    /// Skip the confirmation prompt
    #[arg(long)]
    pub(crate) yes: bool,
    /// With --verify: trust the CA certificates in FILE (PEM) instead of public CAs
    #[arg(long, value_name = "FILE", requires = "verify")]
    pub(crate) ca_cert: Option<std::path::PathBuf>,
}
