//! `hallpass links` on the command line.

use clap::{Args, Subcommand};

#[derive(Debug, Subcommand)]
pub(crate) enum LinksCommand {
    /// Revoke every one-time link that was not used yet
    Revoke(RevokeLinksOptions),
}

#[derive(Debug, Args)]
pub(crate) struct RevokeLinksOptions {
    /// Those of everybody; `users set-password --link` replaces the link of one user
    #[arg(long, required = true)]
    pub(crate) all: bool,
    /// Count the links that were not used yet, and revoke none
    #[arg(long)]
    pub(crate) dry_run: bool,
    /// Do not ask
    #[arg(long, short)]
    pub(crate) yes: bool,
}
