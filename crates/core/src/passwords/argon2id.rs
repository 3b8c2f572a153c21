//! Argon2id over memory that is used again: how a hash is made and checked, and with which parameters.
//!
//! The implementation is `argon2-rust`, because it is almost twice as fast as `argon2` (docs/reference/PERFORMANCE.md).
//! `argon2` is the reference: the tests compare both over random inputs.

use argon2_rust::params::{Memory as Kib, TagLen};
use argon2_rust::{Algorithm, Argon2, Decoded, Hasher, Params, Version, decode_phc};
use ring::rand::{SecureRandom as _, SystemRandom};
use secrecy::ExposeSecret as _;

use super::Password;
use crate::{Error, Result};

/// OWASP Password Storage and ASVS 11.4.2: at least 19 MiB with two passes.
const PARAMS: Params = Params::builder()
    .memory(Kib::kib(19_456))
    .passes(2)
    .lanes(1)
    .tag_len(TagLen::bytes(32))
    .build_or_panic();
/// Bytes of a new salt (RFC 9106, section 3.1).
const SALT_LEN: usize = 16;
const ARGON2: Argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, PARAMS);

/// The most memory of a stored hash in KiB: the second recommendation of RFC 9106, section 4. A hash that needs more is
/// not computed, because any number of them at once must fit into the instance.
const MAX_MEMORY_KIB: u32 = 64 * 1024;

/// A hash with the current parameters of a random password that nobody knows, so that unknown accounts cost as much as
/// known ones. It is a constant, because computing it would double the cost of the first unknown account of an
/// instance.
pub(super) const DUMMY_HASH: &str = "$argon2id$v=19$m=19456,t=2,p=1$WQ1i/Adou74hYk/zhem1Zw$sJVqjIQ1NxBM9HC0lhT1+zOge512dD/qjxrChjSGdmM";

/// The memory of one hash at a time: a mapping of its own, which is wiped after each hash and goes back to the system
/// as a whole. Memory of the allocator would come out of heaps that leave gaps and are never returned.
pub(super) struct Memory(Hasher);

impl Default for Memory {
    /// Empty until the first hash.
    fn default() -> Self {
        Self(ARGON2.hasher())
    }
}

impl Memory {
    /// Whether it holds more than a hash with the current parameters needs.
    pub(super) fn is_oversized(&self) -> bool {
        self.0.reserved_blocks() > PARAMS.memory_blocks() as usize
    }
}

impl std::fmt::Debug for Memory {
    /// Without its content.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Memory({} KiB)", self.0.reserved_blocks())
    }
}

/// Hashes a normalized password to a PHC string with a random salt.
pub(super) fn hash(normalized: &Password, memory: &mut Memory) -> Result<String> {
    let mut salt = [0; SALT_LEN];
    SystemRandom::new()
        .fill(&mut salt)
        .map_err(|_| Error::internal("the system gives no random bytes"))?;
    memory.0.set_argon2(ARGON2);
    memory
        .0
        .hash_encoded(normalized.expose_secret().as_bytes(), &salt)
        .map_err(Error::internal)
}

/// A stored hash, with whatever parameters it was made.
pub(super) struct Stored(Decoded);

impl Stored {
    /// # Errors
    /// [`Error::Internal`] if it is no complete Argon2 hash, or needs more than 64 MiB.
    pub(super) fn parse(text: &str) -> Result<Self> {
        let decoded = decode_phc(text)
            .map_err(|error| Error::internal(format!("a stored password hash: {error}")))?;
        let needed = decoded.params.memory_kib();
        if needed > MAX_MEMORY_KIB {
            return Err(Error::internal(format!(
                "a stored password hash needs {needed} KiB of memory; at most {MAX_MEMORY_KIB} KiB are used"
            )));
        }
        Ok(Self(decoded))
    }

    /// Whether it is the hash of this password. The comparison takes the same time whatever differs.
    pub(super) fn matches(&self, password: &Password, memory: &mut Memory) -> Result<bool> {
        let stored = &self.0;
        let argon2 = Argon2::new(stored.algorithm, stored.version, stored.params);
        memory.0.set_argon2(argon2);
        let password = password.expose_secret().as_bytes();
        let checked =
            memory
                .0
                .verify_with_ad(password, &stored.salt, &[], &stored.ad, &stored.hash);
        match checked {
            Ok(()) => Ok(true),
            Err(argon2_rust::Error::VerifyMismatch) => Ok(false),
            Err(error) => Err(Error::internal(error)),
        }
    }

    /// Whether a new hash is stronger.
    pub(super) fn is_weaker(&self) -> bool {
        let params = &self.0.params;
        !(self.0.algorithm == Algorithm::Argon2id
            && params.memory_kib() >= PARAMS.memory_kib()
            && params.passes() >= PARAMS.passes()
            && params.lanes() >= PARAMS.lanes())
    }
}

#[cfg(test)]
mod tests {
    use argon2::Block;
    use proptest::prelude::*;

    use super::*;

    fn any_algorithm() -> impl Strategy<Value = (Algorithm, argon2::Algorithm)> {
        prop_oneof![
            Just((Algorithm::Argon2id, argon2::Algorithm::Argon2id)),
            Just((Algorithm::Argon2i, argon2::Algorithm::Argon2i)),
            Just((Algorithm::Argon2d, argon2::Algorithm::Argon2d)),
        ]
    }

    fn any_version() -> impl Strategy<Value = (Version, argon2::Version)> {
        prop_oneof![
            Just((Version::V0x13, argon2::Version::V0x13)),
            Just((Version::V0x10, argon2::Version::V0x10)),
        ]
    }

    /// The reference's result.
    fn by_reference(
        algorithm: argon2::Algorithm,
        version: argon2::Version,
        (memory, passes, lanes): (u32, u32, u32),
        password: &[u8],
        salt: &[u8],
        length: usize,
    ) -> Vec<u8> {
        let params = argon2::Params::new(memory, passes, lanes, Some(length)).unwrap();
        let mut blocks = vec![Block::new(); params.block_count()];
        let mut output = vec![0; length];
        argon2::Argon2::new(algorithm, version, params)
            .hash_password_into_with_memory(password, salt, &mut output, &mut blocks[..])
            .unwrap();
        output
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(256))]

        #[test]
        fn every_result_is_that_of_the_reference(
            (algorithm, reference_algorithm) in any_algorithm(),
            (version, reference_version) in any_version(),
            memory in 0_u32..600,
            passes in 1_u32..4,
            lanes in 1_u32..5,
            length in 4_usize..65,
            password in prop::collection::vec(any::<u8>(), 0..200),
            salt in prop::collection::vec(any::<u8>(), 8..49),
        ) {
            let memory = 8 * lanes + memory;
            let params = Params::builder()
                .memory(Kib::kib(memory.into()))
                .passes(passes)
                .lanes(lanes)
                .tag_len(TagLen::bytes(length as u64))
                .build()
                .unwrap();
            let expected = by_reference(
                reference_algorithm,
                reference_version,
                (memory, passes, lanes),
                &password,
                &salt,
                length,
            );
            let mut hasher = Argon2::new(algorithm, version, params).hasher();
            // The second hash finds the memory as the first has left it.
            for _ in 0..2 {
                prop_assert_eq!(&hasher.hash(&password, &salt).unwrap(), &expected);
            }
        }

    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(16))]

        #[test]
        fn every_new_hash_is_that_of_the_reference(password in ".{0,64}") {
            let text = hash(&password.as_str().into(), &mut Memory::default()).unwrap();
            let decoded = decode_phc(&text).unwrap();
            let expected = by_reference(
                argon2::Algorithm::Argon2id,
                argon2::Version::V0x13,
                (19_456, 2, 1),
                password.as_bytes(),
                &decoded.salt,
                32,
            );
            prop_assert_eq!(decoded.hash, expected);
        }
    }
}
