//! Options of `cargo dev`.

use std::path::PathBuf;

use clap::Parser;
use hallpass_platform::PostgresVersion;

/// Run Hallpass on this machine: database, functions and console on one port
///
/// Needs Rust and Node.js. Set `DATABASE_URL` to use your own PostgreSQL server, and `HALLPASS_ADMIN_EMAIL` and
/// `HALLPASS_ADMIN_PASSWORD` for the first administrator; otherwise these are generated and printed.
#[derive(Debug, Clone, Parser)]
#[command(name = "cargo dev", bin_name = "cargo dev", version)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is an option of the command line"
)]
pub(super) struct Options {
    /// Port to serve on
    #[arg(long, default_value_t = 3000, value_parser = clap::value_parser!(u16).range(1..))]
    pub(super) port: u16,

    /// Build and run the functions in release mode
    #[arg(long)]
    pub(super) release: bool,

    /// Directory of the database and of generated secrets [default: .hallpass in the project]
    #[arg(long, value_name = "DIR")]
    pub(super) data: Option<PathBuf>,

    /// Major version of PostgreSQL
    #[arg(long, value_name = "VERSION", env = PostgresVersion::VARIABLE, value_enum, default_value_t)]
    pub(super) postgres: PostgresVersion,

    /// Number of processes for each function, which take requests in turn
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u8).range(1..=64))]
    pub(super) instances: u8,

    /// Create N invented users to try the console with; users of an earlier run are kept
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=100_000))]
    pub(super) demo: Option<u32>,

    /// Print warnings and errors of the functions, but no line for each request
    #[arg(long, short)]
    pub(super) quiet: bool,

    /// Delete the database first, after confirmation
    #[arg(long)]
    pub(super) reset: bool,

    /// Delete without confirmation
    #[arg(long, requires = "reset")]
    pub(super) yes: bool,
}
