//! `hallpass warm`, `smoke`, `watch` and `certs` on the command line.

use std::path::PathBuf;

use clap::Args;
use time::Duration;

use crate::units::duration;

/// Deployment, and the CAs to trust for it.
#[derive(Debug, Args)]
pub(crate) struct SiteOptions {
    /// URL of the deployment, such as <https://accounts.example.com>
    #[arg(value_name = "URL")]
    pub(crate) url: String,
    /// Trust the CA certificates in FILE (PEM) instead of public CAs
    #[arg(long, value_name = "FILE")]
    pub(crate) ca_cert: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(crate) struct WarmOptions {
    #[command(flatten)]
    pub(crate) site: SiteOptions,
    /// Repeat at this interval until interrupted
    #[arg(long, value_name = "DURATION", value_parser = duration)]
    pub(crate) every: Option<Duration>,
}

#[derive(Debug, Args)]
pub(crate) struct SmokeOptions {
    #[command(flatten)]
    pub(crate) site: SiteOptions,
    /// Skip the tests that need an account and a database
    #[arg(long)]
    pub(crate) public: bool,
    /// Only check the security headers
    #[arg(long, conflicts_with = "public")]
    pub(crate) headers_only: bool,
    /// Show what would be tested, created and removed, without changing anything
    #[arg(long)]
    pub(crate) dry_run: bool,
}

#[derive(Debug, Args)]
pub(crate) struct WatchOptions {
    #[command(flatten)]
    pub(crate) site: SiteOptions,
    /// Duration of the run
    #[arg(long = "for", value_name = "DURATION", default_value = "15m", value_parser = duration)]
    pub(crate) span: Duration,
    /// Interval between samples
    #[arg(long, value_name = "DURATION", default_value = "10s", value_parser = duration)]
    pub(crate) every: Duration,
    /// Only sample HTTP responses, not connections and failed sign-ins in the database
    #[arg(long)]
    pub(crate) public: bool,
}

#[derive(Debug, Args)]
pub(crate) struct CertsOptions {
    /// URL of the deployment; without it, only the database server is checked
    #[arg(value_name = "URL")]
    pub(crate) url: Option<String>,
    /// Trust the CA certificates in FILE (PEM) for the deployment instead of public CAs
    #[arg(long, value_name = "FILE", requires = "url")]
    pub(crate) ca_cert: Option<PathBuf>,
    /// Fail if a certificate expires within this time
    #[arg(long, value_name = "DURATION", default_value = "21d", value_parser = duration)]
    pub(crate) warn: Duration,
}
