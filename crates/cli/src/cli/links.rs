//! `hallpass links` on the command line.

use clap::{Args, Subcommand};

use super::examples;

#[derive(Debug, Subcommand)]
pub(crate) enum LinksCommand {
    /// Revoke all unused one-time links
    #[command(after_long_help = examples::LINKS_REVOKE)]
    Revoke(RevokeLinksOptions),
}

#[derive(Debug, Args)]
pub(crate) struct RevokeLinksOptions {
    /// Revoke the links of all users; for one user, see `users set-password --link`
    #[arg(long, required = true)]
    pub(crate) all: bool,
    /// Count unused links without revoking them
    #[arg(long)]
    pub(crate) dry_run: bool,
    /// Skip the confirmation prompt
    #[arg(long, short)]
    pub(crate) yes: bool,
}
