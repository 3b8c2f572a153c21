//! `hallpass sessions` on the command line.

use clap::{ArgGroup, Args, Subcommand};

#[derive(Debug, Subcommand)]
pub(crate) enum SessionsCommand {
    /// List live sessions, the newest first
    List(SessionsListOptions),
    /// End the sessions of a user, or of everybody
    Revoke(RevokeOptions),
}

#[derive(Debug, Args)]
pub(crate) struct SessionsListOptions {
    /// Only those of this user
    #[arg(long, value_name = "ID|EMAIL")]
    pub(crate) user: Option<String>,
    /// How many at most, 1 to 1000
    #[arg(long, default_value_t = 50, value_parser = clap::value_parser!(i64).range(1..=1000))]
    pub(crate) limit: i64,
}

#[derive(Debug, Args)]
#[command(group(ArgGroup::new("whose").required(true).args(["user", "all"])))]
pub(crate) struct RevokeOptions {
    /// Those of this user
    #[arg(long, value_name = "ID|EMAIL")]
    pub(crate) user: Option<String>,
    /// Those of everybody: all have to sign in again
    #[arg(long)]
    pub(crate) all: bool,
    /// Count the live sessions, and end none
    #[arg(long)]
    pub(crate) dry_run: bool,
    /// With --all: do not ask
    #[arg(long, short)]
    pub(crate) yes: bool,
}
