//! Key pairs of the last seeds: to make a pair from its seed costs as much as a signature.

use std::sync::{Arc, Mutex, PoisonError};

use ring::error::KeyRejected;
use ring::signature::Ed25519KeyPair;

/// Three periods of two master secrets, in two environments of a test.
const KEPT: usize = 12;

/// The last one first.
static PAIRS: Mutex<Vec<([u8; 32], Arc<Ed25519KeyPair>)>> = Mutex::new(Vec::new());

/// The key pair of a seed.
pub(super) fn of_seed(seed: &[u8]) -> Result<Arc<Ed25519KeyPair>, KeyRejected> {
    let mut pairs = PAIRS.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(at) = pairs.iter().position(|(known, _)| known == seed) {
        pairs[..=at].rotate_right(1);
        return Ok(Arc::clone(&pairs[0].1));
    }
    let pair = Arc::new(Ed25519KeyPair::from_seed_unchecked(seed)?);
    if let Ok(seed) = seed.try_into() {
        pairs.truncate(KEPT - 1);
        pairs.insert(0, (seed, Arc::clone(&pair)));
    }
    Ok(pair)
}

#[cfg(test)]
mod tests {
    use ring::signature::KeyPair as _;

    use super::*;

    #[test]
    fn a_kept_pair_is_that_of_its_seed_and_their_number_is_bounded() {
        for round in 0..2 {
            for byte in 0..40 {
                let seed = [byte; 32];
                let expected = Ed25519KeyPair::from_seed_unchecked(&seed).unwrap();
                for _ in 0..2 {
                    let kept = of_seed(&seed).unwrap();
                    let (kept, expected) = (kept.public_key(), expected.public_key());
                    assert_eq!(kept.as_ref(), expected.as_ref(), "{byte}, round {round}");
                }
            }
        }
        assert!(PAIRS.lock().unwrap().len() <= KEPT);
        assert!(of_seed(&[0; 31]).is_err());
    }
}
