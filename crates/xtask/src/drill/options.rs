//! The flags of `hallpass drill`.

use std::path::PathBuf;

use clap::{Parser, Subcommand};

/// Rehearse an emergency: on a server and with functions of its own, which are gone afterwards.
///
/// Exit codes: 0 the drill passed, 1 a step did not go as it must, 130 interrupted.
#[derive(Debug, Parser)]
#[command(name = "hallpass drill", bin_name = "hallpass drill", version)]
pub(super) struct Options {
    /// Answer in JSON
    #[arg(long, global = true)]
    pub(super) json: bool,
    /// Take the functions as they were built last
    #[arg(long, global = true)]
    pub(super) no_build: bool,
    #[command(subcommand)]
    pub(super) drill: Drill,
}

#[derive(Debug, Subcommand)]
pub(super) enum Drill {
    /// Lose the server, restore a backup into a fresh one, and prove that nothing revoked comes back
    Recovery {
        /// How many users there are
        #[arg(long, default_value_t = 2000, value_parser = clap::value_parser!(u32).range(10..=1_000_000))]
        users: u32,
        /// Restore this backup instead of one that the drill makes
        #[arg(long, value_name = "FILE", conflicts_with = "users")]
        from: Option<PathBuf>,
    },
    /// Take all connections of the server, see what users get, and give them back
    PoolExhaustion,
    /// Lose every administrator's password, and get one back
    LostAdmin,
    /// Replace the master secret in two phases, with people signed in
    SecretRotation,
    /// Take this release back: the functions of the one before on today's schema, and forward again
    Rollback,
    /// Verify a backup on a throw-away server (what `hallpass backup verify` does in a checkout)
    #[command(hide = true)]
    Verify {
        /// The backup
        file: PathBuf,
    },
    /// Print the directory of a `pg_dump` that suits the servers of this project
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
