//! Argon2id and nothing else, with the parameters and the implementation of the functions, on all cores.

use std::thread;

use argon2_rust::params::{Memory, TagLen};
use argon2_rust::{Algorithm, Argon2, Params, Version};
use hallpass_test_support::accounts::PASSWORD;

use crate::load::Failure;
use crate::load::process::cpu_time;
use crate::load::traffic::{Driven, drive};

/// The parameters of the product's hashes.
const PARAMS: Params = Params::builder()
    .memory(Memory::kib(19_456))
    .passes(2)
    .lanes(1)
    .tag_len(TagLen::bytes(32))
    .build_or_panic();

/// Hashes in memory that is used again, as the functions do. Returns the number of hashes, and the CPU time of one in
/// milliseconds.
pub(super) fn run(seconds: u64) -> Result<(Driven, f64), Failure> {
    let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, PARAMS);
    let cores = thread::available_parallelism()?.get();
    let mut hashers: Vec<_> = (0..cores).map(|_| argon2.hasher()).collect();
    let own = std::process::id();
    let before = cpu_time(own)?;
    let driven = drive(&mut hashers, seconds, |hasher| {
        hasher.hash(PASSWORD.as_bytes(), b"sixteen bytes ..")?;
        Ok(())
    })?;
    let milliseconds = (cpu_time(own)? - before) * 1e3 / driven.steps;
    Ok((driven, milliseconds))
}
