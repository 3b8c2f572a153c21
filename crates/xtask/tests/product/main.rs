//! The product on the local platform: real binaries, several instances, a real PostgreSQL, faults.
//!
//! What one process can show is tested in crates/http; here it counts that there are many, that they
//! die, and that the database goes away under them.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod addresses;
mod bodies;
mod cron;
mod cut;
mod export;
mod faults;
mod flood;
mod guessing;
mod instances;
mod operator;
mod pooler;
mod quiet;
#[path = "../../../http/tests/api/support/receiver.rs"]
#[expect(dead_code, reason = "not every suite needs every kind of server")]
mod receiver;
mod refresh;
mod revocation;
mod rotation;
mod start_up;
mod test_app;
mod traces;
