//! `hallpass warm`, `smoke`, `watch` and `certs` on the command line.

use std::path::PathBuf;

use clap::Args;
use time::Duration;

use crate::units::duration;

/// Which deployment, and whom to trust for it.
#[derive(Debug, Args)]
pub(crate) struct SiteOptions {
    /// The deployment, such as <https://accounts.example.com>
    #[arg(value_name = "URL")]
    pub(crate) url: String,
    /// Trust the CAs in FILE (PEM) instead of the public ones
    #[arg(long, value_name = "FILE")]
    pub(crate) ca_cert: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(crate) struct WarmOptions {
    #[command(flatten)]
    pub(crate) site: SiteOptions,
    /// Again and again, until interrupted
    #[arg(long, value_name = "TIME", value_parser = duration)]
    pub(crate) every: Option<Duration>,
}

#[derive(Debug, Args)]
pub(crate) struct SmokeOptions {
    #[command(flatten)]
    pub(crate) site: SiteOptions,
    /// Only what can be tried without an account, and without a database
    #[arg(long)]
    pub(crate) public: bool,
    /// Only the security headers
    #[arg(long, conflicts_with = "public")]
    pub(crate) headers_only: bool,
    /// Say who answers there, and what would be made and removed, and change nothing
    #[arg(long)]
    pub(crate) dry_run: bool,
}

#[derive(Debug, Args)]
pub(crate) struct WatchOptions {
    #[command(flatten)]
    pub(crate) site: SiteOptions,
    /// How long to watch
    #[arg(long = "for", value_name = "TIME", default_value = "15m", value_parser = duration)]
    pub(crate) span: Duration,
    /// How often to look
    #[arg(long, value_name = "TIME", default_value = "10s", value_parser = duration)]
    pub(crate) every: Duration,
    /// Look at the answers alone, not at connections and failed sign-ins
    #[arg(long)]
    pub(crate) public: bool,
}

#[derive(Debug, Args)]
pub(crate) struct CertsOptions {
    /// The deployment, such as <https://accounts.example.com>; without it, only the database's server
    #[arg(value_name = "URL")]
    pub(crate) url: Option<String>,
    /// Trust the CAs in FILE (PEM) for the deployment instead of the public ones
    #[arg(long, value_name = "FILE", requires = "url")]
    pub(crate) ca_cert: Option<PathBuf>,
    /// How long each has to be good for
    #[arg(long, value_name = "TIME", default_value = "21d", value_parser = duration)]
    pub(crate) warn: Duration,
}
