//! Tests of Hallpass on the local platform: real executables, several instances, a real PostgreSQL, and faults.
//!
//! What a single process can show is tested in crates/http. These tests need several processes, processes that end, or
//! a database that becomes unavailable.

#![expect(clippy::unwrap_used, reason = "a failed unwrap fails the test")]

mod addresses;
mod bodies;
mod cron;
mod export;
mod faults;
mod flood;
mod guessing;
mod instances;
mod locked_row;
mod memory;
mod operator;
mod pooler;
mod quiet;
mod refresh;
mod revocation;
mod rotation;
mod sigterm;
mod silence;
mod start_up;
mod test_app;
mod traces;
