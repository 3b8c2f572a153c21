//! `hallpass sessions` on the command line.

use clap::{ArgGroup, Args, Subcommand};

use super::examples;

#[derive(Debug, Subcommand)]
pub(crate) enum SessionsCommand {
    /// List active sessions, newest first
    #[command(after_long_help = examples::SESSIONS_LIST)]
    List(SessionsListOptions),
    /// End the sessions of one user or of all users
    #[command(after_long_help = examples::SESSIONS_REVOKE)]
    Revoke(RevokeOptions),
}

#[derive(Debug, Args)]
pub(crate) struct SessionsListOptions {
    /// Only show sessions of this user
    #[arg(long, value_name = "ID|EMAIL")]
    pub(crate) user: Option<String>,
    /// Maximum number of sessions (1 to 1000)
    #[arg(long, default_value_t = 50, value_parser = clap::value_parser!(i64).range(1..=1000))]
    pub(crate) limit: i64,
}

#[derive(Debug, Args)]
#[command(group(ArgGroup::new("whose").required(true).args(["user", "all"])))]
pub(crate) struct RevokeOptions {
    /// End the sessions of this user
    #[arg(long, value_name = "ID|EMAIL")]
    pub(crate) user: Option<String>,
    /// End all sessions; everybody has to sign in again
    #[arg(long)]
    pub(crate) all: bool,
    /// Count active sessions without ending them
    #[arg(long)]
    pub(crate) dry_run: bool,
    /// With --all: skip the confirmation prompt
    #[arg(long, short)]
    pub(crate) yes: bool,
}
