//! Options of `hallpass drill`.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

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
    /// Kill, cut off, pause and replace the primary of a cluster with synchronous replication while users work
    Failover(Failover),
    /// Verify a backup on a temporary server (as `hallpass backup verify` does in a checkout)
    #[command(hide = true)]
    Verify {
        /// The backup
        file: PathBuf,
    },
    /// Print the directory of a `pg_dump` that is suitable for the servers of this project
    Programs,
}

/// Options of the drill `failover`.
#[derive(Debug, Args)]
pub(super) struct Failover {
    /// Number of times that the primary is killed
    #[arg(long, default_value_t = 10, value_parser = clap::value_parser!(u32).range(1..=100))]
    kills: u32,
    /// Events, in their order (comma-separated)
    #[arg(long, value_delimiter = ',', value_enum, default_values_t = Event::value_variants().to_vec())]
    events: Vec<Event>,
    /// Connect the functions through a PgBouncer in front of HAProxy
    #[arg(long)]
    pub(super) pgbouncer: bool,
}

impl Failover {
    /// The events, with as many kills as are wanted.
    pub(super) fn sequence(&self) -> impl Iterator<Item = Event> {
        self.events.iter().flat_map(|event| {
            let times = if *event == Event::Kill { self.kills } else { 1 };
            (0..times).map(|_| *event)
        })
    }
}

/// What happens to the cluster.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum Event {
    /// All processes of the primary are killed, and it comes back later
    Kill,
    /// The primary is cut off from etcd, from the standbys and from HAProxy
    Partition,
    /// The primary is paused, as a virtual machine may be, and continues after another one was promoted
    Freeze,
    /// All processes of the synchronous standby are killed, and it comes back later
    Standby,
    /// etcd does not answer for longer than the leader key is valid
    Etcd,
    /// Another node becomes the primary for maintenance, with the commands of the runbook
    Switchover,
}

impl Event {
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Kill => "kill",
            Self::Partition => "partition",
            Self::Freeze => "freeze",
            Self::Standby => "standby",
            Self::Etcd => "etcd",
            Self::Switchover => "switchover",
        }
    }

    /// The step of the drill.
    pub(super) fn about(self) -> &'static str {
        match self {
            Self::Kill => "kill the primary",
            Self::Partition => "cut the primary off from etcd, the standbys and HAProxy",
            Self::Freeze => "pause the primary until another one is promoted",
            Self::Standby => "kill the synchronous standby",
            Self::Etcd => "stop etcd for longer than the leader key is valid",
            Self::Switchover => "switch over for maintenance, with the commands of the runbook",
        }
    }
}

impl Drill {
    pub(super) fn name(&self) -> &'static str {
        match self {
            Self::Recovery { .. } => "recovery",
            Self::PoolExhaustion => "pool-exhaustion",
            Self::LostAdmin => "lost-admin",
            Self::SecretRotation => "secret-rotation",
            Self::Rollback => "rollback",
            Self::Failover(_) => "failover",
            Self::Verify { .. } => "verify",
            Self::Programs => "programs",
        }
    }
}
