//! Options of `hallpass drill`.

use std::path::PathBuf;

use clap::{Parser, Subcommand};

/// Rehearse an emergency on a temporary server with its own functions, which are removed afterwards
///
/// Exit codes: 0 the drill passed, 1 a step failed, 130 interrupted.
#[derive(Debug, Parser)]
#[command(name = "hallpass drill", bin_name = "hallpass drill", version)]
pub(super) struct Options {
    /// Print JSON
    #[arg(long, global = true)]
    pub(super) json: bool,
    /// Use the executables of the last build
    #[arg(long, global = true)]
    pub(super) no_build: bool,
    #[command(subcommand)]
    pub(super) drill: Drill,
}

#[derive(Debug, Subcommand)]
pub(super) enum Drill {
    /// Lose the server, restore a backup into a new one, and check that revoked access stays revoked
    Recovery {
        /// Number of users
        #[arg(long, default_value_t = 2000, value_parser = clap::value_parser!(u32).range(10..=1_000_000))]
        users: u32,
        /// Restore this backup instead of one that the drill creates
        #[arg(long, value_name = "FILE", conflicts_with = "users")]
        from: Option<PathBuf>,
    },
    /// Use all connections of the server, check the responses to users, and free the connections
    PoolExhaustion,
    /// Lose the passwords of all administrators, and restore access
    LostAdmin,
    /// Replace the secret in two phases while users are signed in
    SecretRotation,
    /// Roll back to the previous release's functions on the current schema, and roll forward again
    Rollback,
    /// Verify a backup on a temporary server (as `hallpass backup verify` does in a checkout)
    #[command(hide = true)]
    Verify {
        /// The backup
        file: PathBuf,
    },
    /// Print the directory of a `pg_dump` that is suitable for the servers of this project
    Programs,
}

impl Drill {
    pub(super) fn name(&self) -> &'static str {
        match self {
            Self::Recovery { .. } => "recovery",
            Self::PoolExhaustion => "pool-exhaustion",
            Self::LostAdmin => "lost-admin",
            Self::SecretRotation => "secret-rotation",
            Self::Rollback => "rollback",
            Self::Verify { .. } => "verify",
            Self::Programs => "programs",
        }
    }
}
