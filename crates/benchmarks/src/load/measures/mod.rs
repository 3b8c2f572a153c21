//! What is measured.

mod argon2id;
mod cold_start;
mod cost;
mod list_page;
mod memory;
mod refresh;
mod session_check;
mod sign_in;

use std::fmt;

use super::Failure;
use super::peers::Peer;
use super::report::Figure;
use super::stack::Stack;

/// What a measurement needs.
#[derive(Debug)]
pub(super) struct Context {
    pub(super) stack: Stack,
    /// The other systems to measure.
    pub(super) peers: Vec<Peer>,
    /// Duration of each side's turn.
    pub(super) seconds: u64,
    /// Number of turns of each side.
    pub(super) rounds: u32,
}

/// A measurement.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub(super) enum Measure {
    Refresh,
    ListPage,
    SessionCheck,
    SignIn,
    Memory,
    ColdStart,
}

impl fmt::Display for Measure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Refresh => "refresh",
            Self::ListPage => "list-page",
            Self::SessionCheck => "session-check",
            Self::SignIn => "sign-in",
            Self::Memory => "memory",
            Self::ColdStart => "cold-start",
        })
    }
}

impl Measure {
    pub(super) const fn describe(self) -> &'static str {
        match self {
            Self::Refresh => "refresh, and the same statement by pgbench",
            Self::ListPage => "first page of users, and the same statement by pgbench",
            Self::SessionCheck => "session check (GET /api/me), and that of other systems",
            Self::SignIn => "sign-in, bare Argon2id, and sign-in of other systems",
            Self::Memory => "peak memory after load and after bursts, and that of other systems",
            Self::ColdStart => {
                "process start to first answer with a query, and that of other systems"
            }
        }
    }

    /// Whether other systems are measured, too.
    pub(super) const fn needs_peers(self) -> bool {
        !matches!(self, Self::Refresh | Self::ListPage)
    }

    /// Measures.
    pub(super) async fn make(self, context: &mut Context) -> Result<Vec<Figure>, Failure> {
        match self {
            Self::Refresh => refresh::measure(context).await,
            Self::ListPage => list_page::measure(context).await,
            Self::SessionCheck => session_check::measure(context).await,
            Self::SignIn => sign_in::measure(context).await,
            Self::Memory => memory::measure(context).await,
            Self::ColdStart => cold_start::measure(context).await,
        }
    }
}
